export { arrayDataset, type TextArray } from './array.js';
export { GLUE } from './glue.js';
export { textDatasets } from './kinds.js';
export type { BlocksOptions, GlueOptions, JsonOptions, LinesOptions, ParquetOptions, TableOptions } from './options.js';
export { Packer, type BlockOrigin, type PackOptions } from './pack.js';
export { recordDataset, type RecordColumns, type TextDataset, type TextRecord, type TextSelection } from './records.js';
export { wordsDataset, wordsSchema, type WordsOptions, type WordsRecord } from './words.js';
