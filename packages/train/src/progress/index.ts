export { formatNumber, formatSeconds } from './format.js';
export { createProgress, type Progress, type ProgressOptions } from './progress.js';
export { table, type Cell } from './table.js';
