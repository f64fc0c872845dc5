export { collate, waveformInputs } from './collate.js';
export { encoderSchema, type EncoderConfig } from './config.js';
export { frameCount, frameStride, receptiveField, samplesOf, type ConvLayer } from './lengths.js';
export { SpeechEncoder } from './speech-encoder.js';
