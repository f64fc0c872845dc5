import type { DatasetKind } from '@d2v/core';
import type { AudioItem } from '../audio/item.js';
import {
  folderSchema,
  librispeechSchema,
  parquetSchema,
  tableSchema,
  wav2vecSchema,
  type FolderOptions,
  type LibrispeechOptions,
  type ParquetOptions,
  type TableOptions,
  type Wav2vecOptions,
} from './options.js';

/** A folder of recordings, with a subfolder for each class or without labels. */
export const folder: DatasetKind<FolderOptions, AudioItem> = {
  description: 'A folder of recordings, with a subfolder for each class or without labels.',
  schema: folderSchema,
  open: async (options) => (await import('../node/folder.js')).openFolder(options),
};

/** The manifests of fairseq's wav2vec: .tsv with .ltr or .wrd beside it. */
export const wav2vec: DatasetKind<Wav2vecOptions, AudioItem> = {
  description: "The manifests of fairseq's wav2vec: .tsv, with .ltr or .wrd beside it where there are transcripts.",
  schema: wav2vecSchema,
  open: async (options) => (await import('../node/wav2vec.js')).openWav2vec(options),
};

/** A tree of recordings with *.trans.txt, as LibriSpeech comes. */
export const librispeech: DatasetKind<LibrispeechOptions, AudioItem> = {
  description: 'A tree of recordings with *.trans.txt, as LibriSpeech comes.',
  schema: librispeechSchema,
  open: async (options) => (await import('../node/librispeech.js')).openLibrispeech(options),
};

/** CSV, TSV or JSON lines with paths and transcripts or labels. */
export const table: DatasetKind<TableOptions, AudioItem> = {
  description: 'CSV, TSV or JSON lines with paths and transcripts or labels, such as Common Voice.',
  schema: tableSchema,
  open: async (options) => (await import('../node/table.js')).openTable(options),
};

/** Parquet files with encoded recordings, as Hugging Face distributes them. */
export const parquet: DatasetKind<ParquetOptions, AudioItem> = {
  description: 'Parquet files with encoded recordings and transcripts or labels, as Hugging Face distributes them.',
  schema: parquetSchema,
  open: async (options) => (await import('../node/parquet.js')).openParquet(options),
};

/** The readers by the name that `data.*.reader` gives them. They read files, which takes Node.js. */
export const speechDatasets = { folder, wav2vec, librispeech, table, parquet } as const;
