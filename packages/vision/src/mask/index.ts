export { blockwiseMask, type BlockwiseMaskOptions } from './blockwise.js';
