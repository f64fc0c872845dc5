export { bytesSource, type ByteSource } from './bytes.js';
export { sampleRate, type AudioFormat, type Codec } from './format.js';
export type { About, AudioItem, Span, SpeechSample } from './item.js';
export { melFilters, type MelFilterOptions } from './mel.js';
export { audioLength, maximumSeconds, openAudio } from './open.js';
export { resample } from './resample.js';
export { waveformItem } from './waveform-item.js';
