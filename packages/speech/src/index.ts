export { fairseqData2vec1, fairseqData2vec2 } from './checkpoint/fairseq.js';
export { waveformArray, type WaveformArray } from './dataset/array.js';
export * from './encoder/index.js';
export * from './mask/index.js';
export { speech, speech as default } from './plugin.js';
