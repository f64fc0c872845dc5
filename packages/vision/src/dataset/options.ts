import { z } from 'zod';
import { selectionFields } from './selection.js';

const path = (description: string) => z.string().min(1).describe(description);

const classes = (description: string) => z.array(z.string().min(1)).optional().describe(description);

export const folderSchema = z.strictObject({
  path: path('The folder.'),
  labels: z
    .enum(['auto', 'folders', 'none'])
    .default('auto')
    .describe(
      'folders: each subfolder is a class; none: all images below the folder, unlabelled; auto: what the folder looks like.',
    ),
  classes: classes('Subfolders to read, in the order of their class numbers; default: all, in alphabetical order.'),
  ...selectionFields,
});

export const idxSchema = z.strictObject({
  images: path('IDX file of unsigned bytes (images, height, width) or (…, channels), plain or gzipped.'),
  labels: z.string().min(1).optional().describe('IDX file of one unsigned byte for each image, plain or gzipped.'),
  classes: classes("Class names by number; default: '0', '1', …."),
  ...selectionFields,
});

export const manifestSchema = z.strictObject({
  path: path('A file with one JSON object a line: {"path": "cat.jpg", "label": "cat"}; paths relative to the file.'),
  classes: classes('Class names in the order of their numbers; default: the labels found, in alphabetical order.'),
  ...selectionFields,
});

export const parquetSchema = z.strictObject({
  path: path('A Parquet file, or a folder of them, as Hugging Face distributes image datasets.'),
  image: z
    .string()
    .optional()
    .describe('Column of the images: encoded bytes, or {bytes, path}; default: the first such column.'),
  label: z
    .string()
    .optional()
    .describe("Column of the labels: integers or names; default: the column 'label', where there is one."),
  classes: classes(
    "Class names in the order of their numbers; default: those in the file's metadata, else those found.",
  ),
  cacheMegabytes: z
    .number()
    .min(0)
    .default(256)
    .describe('Memory for images of row groups that were read before; used where a file has no page index.'),
  ...selectionFields,
});

export type FolderOptions = z.output<typeof folderSchema>;
export type IdxOptions = z.output<typeof idxSchema>;
export type ManifestOptions = z.output<typeof manifestSchema>;
export type ParquetOptions = z.output<typeof parquetSchema>;
