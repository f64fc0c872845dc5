export { ClassificationCounts } from './classification.js';
export { pearson, spearman } from './correlation.js';
