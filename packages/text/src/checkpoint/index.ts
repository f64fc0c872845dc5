export { fairseqData2vec1 } from './fairseq1.js';
export { fairseqData2vec2 } from './fairseq2.js';
export { headRules } from './heads.js';
