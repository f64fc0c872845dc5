export { idxDataset, parseIdx, type IdxArray, type IdxFile } from './idx.js';
export { imageDatasets } from './kinds.js';
export {
  folderSchema,
  idxSchema,
  manifestSchema,
  parquetSchema,
  type FolderOptions,
  type IdxOptions,
  type ManifestOptions,
  type ParquetOptions,
} from './options.js';
export { arrayDataset, type PixelArray } from './pixel-array.js';
