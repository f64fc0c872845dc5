export { fairseqData2vec1 } from './fairseq-data2vec1.js';
export { fairseqData2vec2 } from './fairseq-data2vec2.js';
