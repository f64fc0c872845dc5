export { fairseqData2vec1, fairseqData2vec2 } from './checkpoint/fairseq.js';
export { encoderSchema, maskSchema, type EncoderConfig, type MaskConfig } from './encoder/config.js';
export { PatchEncoder } from './encoder/patch-encoder.js';
export * from './dataset/index.js';
export * from './figures/index.js';
export * from './image/index.js';
export * from './mix/index.js';
export * from './transform/index.js';
