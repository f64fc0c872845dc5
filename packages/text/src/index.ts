export { arrayDataset, type SignalArray } from './dataset/array.js';
export { csvSchema, type CsvOptions } from './dataset/kinds.js';
export { encoderSchema, type EncoderConfig } from './encoder/config.js';
export { SignalEncoder } from './encoder/signal-encoder.js';
export { text, text as default } from './plugin.js';
export type { SignalItem, SignalSample } from './signal.js';
export { createTransform, transformSchema, type TransformOptions } from './transform/transform.js';
