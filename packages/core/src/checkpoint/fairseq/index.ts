export { layerRules } from './data2vec1.js';
export {
  blockRules,
  data2vec2Rules,
  data2vec2Sections,
  data2vec2Teacher,
  modality,
  modalityRule,
} from './data2vec2.js';
export { decay, targets } from './objective.js';
export { flag, number, record, type Config } from './values.js';
