export { createTransform } from './create.js';
export { normalise } from './normalise.js';
export { receptiveField, transformSchema, type TransformOptions } from './options.js';
