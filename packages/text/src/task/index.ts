export { classification, classificationSchema, type ClassificationOptions } from './classification.js';
export { regression, regressionSchema, type RegressionOptions } from './regression.js';
