export { bertMask, type BertMask, type BertMaskOptions } from './bert-mask.js';
