export { fairseqData2vec1, fairseqData2vec2 } from './checkpoint/fairseq.js';
export { encoderSchema, maskSchema, type EncoderConfig, type MaskConfig } from './encoder/config.js';
export { PatchEncoder } from './encoder/patch-encoder.js';
export * from './mask/index.js';
