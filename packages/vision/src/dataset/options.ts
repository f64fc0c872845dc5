import { classesField, folderFields, optionalText, parquetFields, requiredText, selectionFields } from '@d2v/core';
import { z } from 'zod';

export const folderSchema = z.strictObject({ ...folderFields, ...selectionFields });

export const idxSchema = z.strictObject({
  images: requiredText('IDX file of unsigned bytes (images, height, width) or (…, channels), plain or gzipped.'),
  labels: optionalText('IDX file of one unsigned byte for each image, plain or gzipped.'),
  classes: z.array(z.string().min(1)).optional().describe("Class names by number; default: '0', '1', …."),
  ...selectionFields,
});

export const manifestSchema = z.strictObject({
  path: requiredText(
    'A file with one JSON object a line: {"path": "cat.jpg", "label": "cat"}; paths relative to the file.',
  ),
  classes: classesField,
  ...selectionFields,
});

export const parquetSchema = z.strictObject({
  ...parquetFields,
  image: optionalText('Column of the images: encoded bytes, or {bytes, path}; default: the first such column.'),
  ...selectionFields,
});

export type FolderOptions = z.output<typeof folderSchema>;
export type IdxOptions = z.output<typeof idxSchema>;
export type ManifestOptions = z.output<typeof manifestSchema>;
export type ParquetOptions = z.output<typeof parquetSchema>;
