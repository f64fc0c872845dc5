import { z } from 'zod';

const column = (description: string) => z.string().min(1).describe(description);

/** Options of every reader of labelled texts. */
export const textFields = {
  text: column('Column of the text.').default('text'),
  pair: column('Column of the second text, for sentence pairs.').optional(),
  label: column('Column of the labels.').optional(),
  labels: z
    .enum(['class', 'number'])
    .default('class')
    .describe('class: names or class numbers; number: the values of a regression.'),
  classes: z
    .array(z.string().min(1))
    .optional()
    .describe('Class names in the order of their numbers; default: the labels found, in alphabetical order.'),
};

/** Options of every reader: which of the texts are used, and what bad ones do. */
export const selectionFields = {
  onBadRow: z
    .enum(['stop', 'skip'])
    .default('stop')
    .describe('stop: a row that cannot be read ends the run; skip: it is left out and counted.'),
  fraction: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('Use this share of each class (of all texts where there are no classes), at least one text.'),
  seed: z.int().default(0).describe('Which texts `fraction` draws.'),
  complement: z.boolean().default(false).describe('Use the texts that `fraction` does not draw.'),
  limit: z.int().positive().optional().describe('Use the first so many texts only.'),
};

const path = () => z.string().min(1).describe('The file, plain or gzipped.');

export const jsonSchema = z.strictObject({ path: path(), ...textFields, ...selectionFields });

export const tableSchema = z.strictObject({
  path: path(),
  delimiter: z.string().length(1).default(',').describe('What separates the cells; "\\t" for TSV.'),
  quotes: z.boolean().default(true).describe('Cells may be in double quotes, with line ends and "" inside.'),
  header: z.boolean().default(true).describe("The first row names the columns; else they are named '0', '1', …."),
  ...textFields,
  ...selectionFields,
});

export const parquetSchema = z.strictObject({
  path: z.string().min(1).describe('A Parquet file, or a folder of them.'),
  ...textFields,
  ...selectionFields,
});

export const glueSchema = z.strictObject({
  path: z.string().min(1).describe("The task's folder, with train.tsv and dev.tsv as GLUE distributes them."),
  task: z
    .enum(['cola', 'sst2', 'mrpc', 'stsb', 'qqp', 'mnli', 'qnli', 'rte', 'wnli'])
    .describe('Which of the nine tasks.'),
  split: z
    .string()
    .min(1)
    .default('train')
    .describe('File name without .tsv: train, dev, test; MNLI has dev_matched and dev_mismatched.'),
  ...selectionFields,
});

export const linesSchema = z.strictObject({
  path: path(),
  samples: z
    .enum(['line', 'document'])
    .default('line')
    .describe('A text is a line, or a document: lines up to an empty one.'),
  ...selectionFields,
});

export const blocksSchema = z.strictObject({
  path: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe('A text file, plain or gzipped, a folder of them, or several of either.'),
  tokenizer: z.string().min(1).describe('The tokenizer: its folder, or its tokenizer.json.'),
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
  limit: z.int().positive().optional().describe('Use the first so many blocks only.'),
});

export type JsonOptions = z.output<typeof jsonSchema>;
export type TableOptions = z.output<typeof tableSchema>;
export type ParquetOptions = z.output<typeof parquetSchema>;
export type GlueOptions = z.output<typeof glueSchema>;
export type LinesOptions = z.output<typeof linesSchema>;
export type BlocksOptions = z.output<typeof blocksSchema>;
