export { classification, classificationSchema, type ClassificationOptions } from './classification.js';
export { regression, regressionSchema, type RegressionOptions } from './regression.js';
export { maskedLm, maskedLmSchema, type MaskedLmOptions } from './masked-lm.js';
export {
  tokenClassification,
  tokenClassificationSchema,
  type TokenClassificationOptions,
} from './token-classification.js';
export * from './predict/index.js';
