export { Confusion } from './confusion.js';
export { readConfusion, writeConfusion, type ConfusionRecord } from './record.js';
export { confusionOf, countLogits } from './count.js';
