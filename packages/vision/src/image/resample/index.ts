export { copy, resample } from './resample.js';
