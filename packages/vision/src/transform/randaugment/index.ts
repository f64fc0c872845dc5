export { operations, type Operation } from './operations.js';
export { randAugment, type RandAugmentOptions } from './randaugment.js';
