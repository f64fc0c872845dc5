import { z } from 'zod';
import { selectionFields } from './selection.js';

const path = (description: string) => z.string().min(1).describe(description);
const column = (description: string) => z.string().min(1).optional().describe(description);
const classes = z
  .array(z.string().min(1))
  .optional()
  .describe('Class names in the order of their numbers; default: the labels found, in alphabetical order.');

export const folderSchema = z.strictObject({
  path: path('The folder.'),
  labels: z
    .enum(['auto', 'folders', 'none'])
    .default('auto')
    .describe(
      'folders: each subfolder is a class; none: all recordings below the folder, unlabelled; auto: what the folder looks like.',
    ),
  classes: z
    .array(z.string().min(1))
    .optional()
    .describe('Subfolders to read, in the order of their class numbers; default: all, in alphabetical order.'),
  ...selectionFields,
});

export const wav2vecSchema = z.strictObject({
  path: path('The .tsv: the audio folder in the first line, then a path and its number of samples a line.'),
  transcripts: z
    .enum(['auto', 'ltr', 'wrd', 'none'])
    .default('auto')
    .describe('The file beside the .tsv that holds the transcripts; auto: .ltr, else .wrd, else none.'),
  folder: z.string().min(1).optional().describe('The audio folder, instead of the one in the first line.'),
  ...selectionFields,
});

export const librispeechSchema = z.strictObject({
  path: path('A folder with *.trans.txt at any depth, such as LibriSpeech/train-clean-100.'),
  ...selectionFields,
});

export const tableSchema = z.strictObject({
  path: path('A .csv, .tsv or .jsonl file with one recording a line; CSV and TSV have a header.'),
  format: z
    .enum(['auto', 'csv', 'tsv', 'jsonl'])
    .default('auto')
    .describe('How the file is written; auto: by its extension.'),
  audio: column('Column of the paths; default: path, audio, audio_filepath, file or filename.'),
  text: column('Column of the transcripts; default: text, sentence, transcript or transcription, where there is one.'),
  label: column('Column of the labels, names or class numbers; default: label, where there is one.'),
  folder: z
    .string()
    .min(1)
    .optional()
    .describe("What paths are relative to; default: the file's folder, or its subfolder clips for Common Voice."),
  classes,
  ...selectionFields,
});

export const parquetSchema = z.strictObject({
  path: path('A Parquet file, or a folder of them, as Hugging Face distributes speech datasets.'),
  audio: column('Column of the recordings: encoded bytes, or {bytes, path}; default: the first such column.'),
  text: column('Column of the transcripts; default: text, sentence, transcript or transcription, where there is one.'),
  label: column('Column of the labels, names or class numbers; default: label, where there is one.'),
  classes,
  cacheMegabytes: z
    .number()
    .min(0)
    .default(256)
    .describe('Memory for row groups that were read before; used where a file has no page index.'),
  ...selectionFields,
});

export type FolderOptions = z.output<typeof folderSchema>;
export type Wav2vecOptions = z.output<typeof wav2vecSchema>;
export type LibrispeechOptions = z.output<typeof librispeechSchema>;
export type TableOptions = z.output<typeof tableSchema>;
export type ParquetOptions = z.output<typeof parquetSchema>;

/** Columns of transcripts that are found by their names. */
export const textColumns = ['text', 'sentence', 'transcript', 'transcription'];
