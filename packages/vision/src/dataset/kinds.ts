import type { DatasetKind } from '@d2v/core';
import type { ImageItem } from '../image/item.js';
import {
  folderSchema,
  idxSchema,
  manifestSchema,
  parquetSchema,
  type FolderOptions,
  type IdxOptions,
  type ManifestOptions,
  type ParquetOptions,
} from './options.js';

/** A folder of images, with a subfolder for each class or without labels. */
export const folder: DatasetKind<FolderOptions, ImageItem> = {
  description: 'A folder of images, with a subfolder for each class or without labels.',
  schema: folderSchema,
  open: async (options) => (await import('../node/folder.js')).openFolder(options),
};

/** Images and labels in the IDX format of MNIST. */
export const idx: DatasetKind<IdxOptions, ImageItem> = {
  description: 'Images and labels in the IDX format of MNIST.',
  inMemory: true,
  schema: idxSchema,
  open: async (options) => (await import('../node/idx.js')).openIdx(options),
};

/** A list of image files with labels, one JSON object a line. */
export const manifest: DatasetKind<ManifestOptions, ImageItem> = {
  description: 'A list of image files with labels, one JSON object a line.',
  schema: manifestSchema,
  open: async (options) => (await import('../node/manifest.js')).openManifest(options),
};

/** Parquet files with encoded images and labels, as Hugging Face distributes them. */
export const parquet: DatasetKind<ParquetOptions, ImageItem> = {
  description: 'Parquet files with encoded images and labels, as Hugging Face distributes them.',
  schema: parquetSchema,
  open: async (options) => (await import('../node/parquet.js')).openParquet(options),
};

/** The readers by the name that `data.*.reader` gives them. They read files, which takes Node.js. */
export const imageDatasets = { folder, idx, manifest, parquet } as const;
