export { trainTokenizer, type TrainOptions } from './train.js';
export { WordCounts } from './word-counts.js';
