export { createTransform } from './create.js';
export { normalise } from './normalise.js';
export { transformSchema, type TransformOptions } from './options.js';
