export { arrayDataset, type TextArray } from './array.js';
export { parseCsv, type CsvOptions, type CsvRow } from './csv.js';
export { GLUE } from './glue.js';
export { textDatasets } from './kinds.js';
export type { BlocksOptions, GlueOptions, JsonOptions, LinesOptions, ParquetOptions, TableOptions } from './options.js';
export { Packer, type BlockOrigin, type PackOptions } from './pack.js';
export { recordDataset, type RecordColumns, type Selection, type TextDataset, type TextRecord } from './records.js';
export { wordsDataset, wordsSchema, type WordsOptions, type WordsRecord } from './words.js';
