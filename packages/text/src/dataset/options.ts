import { classesField, optionalText, requiredText, selectionFields } from '@d2v/core';
import { z } from 'zod';

/** Options of every reader of labelled texts. */
export const textFields = {
  text: requiredText('Column of the text.').default('text'),
  pair: optionalText('Column of the second text, for sentence pairs.'),
  label: optionalText('Column of the labels.'),
  labels: z
    .enum(['class', 'number'])
    .default('class')
    .describe('class: names or class numbers; number: the values of a regression.'),
  classes: classesField,
};

/** Options of every reader of rows: which of the texts are used, and what bad ones do. */
const rowFields = {
  onBadRow: z
    .enum(['stop', 'skip'])
    .default('stop')
    .describe('stop: a row that cannot be read ends the run; skip: it is left out and counted.'),
  ...selectionFields,
};

const path = requiredText('The file, plain or gzipped.');

export const jsonSchema = z.strictObject({ path, ...textFields, ...rowFields });

export const tableSchema = z.strictObject({
  path,
  delimiter: z.string().length(1).default(',').describe('What separates the cells; "\\t" for TSV.'),
  quotes: z.boolean().default(true).describe('Cells may be in double quotes, with line ends and "" inside.'),
  header: z.boolean().default(true).describe("The first row names the columns; else they are named '0', '1', …."),
  ...textFields,
  ...rowFields,
});

export const parquetSchema = z.strictObject({
  path: requiredText('A Parquet file, or a folder of them.'),
  ...textFields,
  ...rowFields,
});

export const glueSchema = z.strictObject({
  path: requiredText("The task's folder, with train.tsv and dev.tsv as GLUE distributes them."),
  task: z
    .enum(['cola', 'sst2', 'mrpc', 'stsb', 'qqp', 'mnli', 'qnli', 'rte', 'wnli'])
    .describe('Which of the nine tasks.'),
  split: z
    .string()
    .min(1)
    .default('train')
    .describe('File name without .tsv: train, dev, test; MNLI has dev_matched and dev_mismatched.'),
  ...rowFields,
});

export const linesSchema = z.strictObject({
  path,
  samples: z
    .enum(['line', 'document'])
    .default('line')
    .describe('A text is a line, or a document: lines up to an empty one.'),
  ...rowFields,
});

export const blocksSchema = z.strictObject({
  path: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe('A text file, plain or gzipped, a folder of them, or several of either.'),
  tokenizer: requiredText('The tokenizer: its folder, or its tokenizer.json.'),
  tokensPerSample: z.int().min(3).default(512).describe('Tokens of a block, <s> included.'),
  breakMode: z
    .enum(['none', 'complete', 'completeDoc', 'eos'])
    .default('none')
    .describe(
      'none: the text is cut wherever a block is full; complete: blocks hold whole lines; completeDoc: of one document (empty lines separate documents); eos: one line a block.',
    ),
  cache: z.string().min(1).default('.cache/d2v-text').describe('Folder of the tokenised blocks.'),
  onBadLine: z
    .enum(['stop', 'skip'])
    .default('stop')
    .describe('stop: a line that cannot be read ends the run; skip: it is left out and counted.'),
  ...selectionFields,
});

export type JsonOptions = z.output<typeof jsonSchema>;
export type TableOptions = z.output<typeof tableSchema>;
export type ParquetOptions = z.output<typeof parquetSchema>;
export type GlueOptions = z.output<typeof glueSchema>;
export type LinesOptions = z.output<typeof linesSchema>;
export type BlocksOptions = z.output<typeof blocksSchema>;
