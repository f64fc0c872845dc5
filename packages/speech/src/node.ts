export { fileSource } from './node/file-source.js';
export { openFiles } from './node/open-files.js';
export { openFolder, type FolderDataset } from './node/folder.js';
export { openLibrispeech } from './node/librispeech.js';
export { openParquet } from './node/parquet.js';
export { openTable } from './node/table.js';
export { openWav2vec } from './node/wav2vec.js';
