export { alphabetical } from './alphabetical.js';
export { CSV, parseDelimited, TSV, type DelimitedOptions, type DelimitedRow } from './delimited.js';
export {
  classesField,
  folderFields,
  labelField,
  labelListFields,
  optionalText,
  parquetFields,
  requiredText,
  type FolderFields,
  type ParquetFields,
} from './fields.js';
export { fileDataset, type FileOpener, type ListedFile } from './file-dataset.js';
export { findLabelColumn, type LabelColumn, type LabelOptions } from './label-column.js';
export { labelList, numberLabelLists, type LabelLists } from './label-lists.js';
export {
  checkClasses,
  checkLabel,
  classNumbers,
  numbered,
  numberLabels,
  type ClassNumbers,
  type Labels,
  type RawLabel,
} from './labels.js';
export { datasetView, selectionFields, selectSamples, type Selection } from './selection.js';
export {
  columnsHint,
  findColumn,
  parseJsonObject,
  parseTable,
  tableColumns,
  type TableOptions,
  type TableRow,
} from './table.js';
