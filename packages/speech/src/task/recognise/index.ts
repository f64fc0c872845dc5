export { recordingLogits, type WindowOptions } from './logits.js';
export { ctcModel, type CtcModel } from './model.js';
export { transcribe, type DecodingOptions, type TranscribedWord, type Transcript } from './transcript.js';
