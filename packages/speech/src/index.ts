export * from './audio/index.js';
export * from './dataset/index.js';
export { encoderSchema, type EncoderConfig } from './encoder/config.js';
export { SignalEncoder } from './encoder/signal-encoder.js';
export { speech, speech as default } from './plugin.js';
export * from './transform/index.js';
