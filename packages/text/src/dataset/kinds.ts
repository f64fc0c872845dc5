import type { DatasetKind } from '@d2v/core';
import type { TextItem, TokenItem, WordsItem } from '../sample.js';
import {
  blocksSchema,
  glueSchema,
  jsonSchema,
  linesSchema,
  parquetSchema,
  tableSchema,
  type BlocksOptions,
  type GlueOptions,
  type JsonOptions,
  type LinesOptions,
  type ParquetOptions,
  type TableOptions,
} from './options.js';
import { wordsSchema, type WordsOptions } from './words.js';

// Reading a sample is quick, so no reader is worth worker threads, each of which would hold the texts again.
const inMemory = true;

export const blocks: DatasetKind<BlocksOptions, TokenItem> = {
  description: 'Text files of any size, tokenised once and packed into blocks of tokens: for pre-training.',
  schema: blocksSchema,
  inMemory,
  open: async (options) => (await import('../node/blocks.js')).openBlocks(options),
};

export const lines: DatasetKind<LinesOptions, TextItem> = {
  description: 'A text file with one text a line, or documents between empty lines.',
  schema: linesSchema,
  inMemory,
  open: async (options) => (await import('../node/records.js')).openLines(options),
};

export const json: DatasetKind<JsonOptions, TextItem> = {
  description: 'One JSON object a line, with a text, a second text where there are pairs, and a label.',
  schema: jsonSchema,
  inMemory,
  open: async (options) => (await import('../node/records.js')).openJson(options),
};

export const table: DatasetKind<TableOptions, TextItem> = {
  description: 'A CSV or TSV file with columns for texts and labels.',
  schema: tableSchema,
  inMemory,
  open: async (options) => (await import('../node/records.js')).openTable(options),
};

export const parquet: DatasetKind<ParquetOptions, TextItem> = {
  description: 'Parquet files with columns for texts and labels.',
  schema: parquetSchema,
  inMemory,
  open: async (options) => (await import('../node/records.js')).openParquet(options),
};

export const glue: DatasetKind<GlueOptions, TextItem> = {
  description: "The TSV files of GLUE's nine tasks.",
  schema: glueSchema,
  inMemory,
  open: async (options) => (await import('../node/records.js')).openGlue(options),
};

export const words: DatasetKind<WordsOptions, WordsItem> = {
  description: 'Texts in words with a label for each word: JSON lines, or columns as in CoNLL.',
  schema: wordsSchema,
  inMemory,
  open: async (options) => (await import('../node/words.js')).openWords(options),
};

/** The readers by the name that `data.*.reader` gives them. They read files, which takes Node.js. */
export const textDatasets = { blocks, lines, json, table, parquet, glue, words } as const;
