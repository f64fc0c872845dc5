export { fairseqData2vec1, fairseqData2vec2 } from './checkpoint/fairseq.js';
export * from './ctc/index.js';
export { waveformArray, type WaveformArray } from './dataset/array.js';
export * from './encoder/index.js';
export * from './language-model/index.js';
export * from './mask/index.js';
export { speech, speech as default } from './plugin.js';
export { ctc, ctcSchema, type CtcTaskOptions } from './task/ctc.js';
export * from './vocabulary/index.js';
