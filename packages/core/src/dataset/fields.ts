import { z } from 'zod';

/** The options that readers share, with the same names and descriptions in every modality. */

/** A path, or whatever else must not be empty. */
export const requiredText = (description: string) => z.string().min(1).describe(description);

export const optionalText = (description: string) => z.string().min(1).optional().describe(description);

export const classesField = z
  .array(z.string().min(1))
  .optional()
  .describe('Class names in the order of their numbers; default: the labels found, in alphabetical order.');

export const labelField = optionalText(
  'Column of the labels, names or class numbers; default: label, where there is one.',
);

/** Options of a reader of samples that have any number of labels each. */
export const labelListFields = {
  labels: optionalText(
    'Column of lists of labels, for tasks that give a sample any number of classes: names or class numbers as a list, or as text with `labelSeparator` between them. An empty one is a sample without labels.',
  ),
  labelSeparator: z
    .string()
    .min(1)
    .default(',')
    .describe('What is between the labels of a list that is written as text.'),
};

/** Options of a reader of a folder of files, with a subfolder for each class or without labels. */
export const folderFields = {
  path: requiredText('The folder.'),
  labels: z
    .enum(['auto', 'folders', 'none'])
    .default('auto')
    .describe(
      'folders: each subfolder is a class; none: all files below the folder, unlabelled; auto: what the folder looks like.',
    ),
  classes: z
    .array(z.string().min(1))
    .optional()
    .describe('Subfolders to read, in the order of their class numbers; default: all, in alphabetical order.'),
};

/** What `folderFields` yield. */
export type FolderFields = z.output<z.ZodObject<typeof folderFields>>;

/** Options of a reader of Parquet files that hold encoded files, labelled or not. */
export const parquetFields = {
  path: requiredText('A Parquet file, or a folder of them, as Hugging Face distributes datasets.'),
  label: labelField,
  classes: z
    .array(z.string().min(1))
    .optional()
    .describe("Class names in the order of their numbers; default: those in the file's metadata, else those found."),
  cacheMegabytes: z
    .number()
    .min(0)
    .default(256)
    .describe('Memory for row groups that were read before; used where a file has no page index.'),
};

/** What `parquetFields` yield. */
export type ParquetFields = z.output<z.ZodObject<typeof parquetFields>>;
