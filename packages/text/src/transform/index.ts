export { checkVocabulary, createTransform, tokenise, transformSchema, type TransformOptions } from './transform.js';
