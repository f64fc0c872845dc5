export { maximumPixels, openImage } from './node/decode.js';
export { openFolder, type FolderDataset } from './node/folder.js';
export { openIdx } from './node/idx.js';
export { openManifest } from './node/manifest.js';
export { openFiles } from './node/open-files.js';
export { openParquet } from './node/parquet.js';
