export { createTransform, type ImageTarget } from './create.js';
export { transformSchema, type TransformOptions } from './options.js';
