export { classifyTexts, type TextClass } from './classify.js';
export { fillMasks, type Filling } from './fill-mask.js';
export type { PredictingModel } from './logits.js';
