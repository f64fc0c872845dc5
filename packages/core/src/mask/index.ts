export { blockMask1d, blockMask2d, inverseBlockMask2d, type BlockMaskOptions, type Grid } from './block.js';
export { equaliseMasks, type EqualiseOptions } from './equalise.js';
export { maskIndices, type MaskIndices } from './indices.js';
export { randomMask } from './random.js';
export { roundHalfEven } from './round.js';
