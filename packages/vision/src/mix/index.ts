export { mixImages, type MixedBatch } from './mix.js';
export { mixSchema, type MixOptions } from './options.js';
