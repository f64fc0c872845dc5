export { pretrain, type PretrainOptions } from './api/pretrain.js';
export { report, type ReportedRun, type ReportOptions } from './api/report.js';
export type { ConfigInput, OpenDatasets, ResolveOptions } from './api/resolve.js';
export * from './report/index.js';
export type { RunEvent, RunResult } from './trainer/events.js';
export { Run } from './trainer/run.js';
