export { pretrain, type PretrainOptions } from './api/pretrain.js';
export type { ConfigInput, OpenDatasets, ResolveOptions } from './api/resolve.js';
export type { RunEvent, RunResult } from './trainer/events.js';
export { Run } from './trainer/run.js';
