export { ClassificationCounts } from './classification.js';
export { pearson, spearman } from './correlation.js';
export { areEntityTags, entitiesOf, EntityCounts, type Entity } from './entities.js';
