export { openBlocks, type BlockDataset } from './node/blocks.js';
export { openFiles } from './node/open-files.js';
export { openGlue, openJson, openLines, openParquet, openTable } from './node/records.js';
export { textFiles } from './node/text-files.js';
export { loadTokenizer, saveTokenizer } from './node/tokenizer-files.js';
export { trainTokenizerFiles, type TrainFilesOptions } from './node/train-tokenizer.js';
export { openWords } from './node/words.js';
