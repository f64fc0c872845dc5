export { Confusion } from './confusion.js';
export { readConfusion, writeConfusion, type ConfusionRecord } from './record.js';
export { confusionOf, LogitCounter } from './count.js';
