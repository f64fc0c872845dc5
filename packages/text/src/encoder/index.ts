export type { TextBatch } from './collate.js';
export { encoderSchema, maskSchema, maskTokenOf, type EncoderConfig, type MaskConfig } from './config.js';
export { TokenEncoder } from './token-encoder.js';
