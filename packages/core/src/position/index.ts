export { alibiBias, alibiSlopes, type AlibiOptions } from './alibi.js';
export { relativeBias, relativeIndex, relativeRows } from './relative-table.js';
export { sinCosPositions } from './sin-cos.js';
