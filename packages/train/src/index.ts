export { embed, type Embeddings, type EmbedOptions } from './api/embed.js';
export { evaluate, type EvaluateOptions, type EvaluationReport } from './api/evaluate.js';
export { finetune, type FinetuneOptions, type FinetuneSource } from './api/finetune.js';
export {
  inspect,
  inspectCheckpoint,
  inspectConfig,
  inspectDataset,
  inspectRun,
  type CheckpointSummary,
  type ConfigSummary,
  type DatasetSummary,
  type Inspection,
  type RunSummary,
} from './api/inspect.js';
export {
  loadRun,
  type CheckpointChoice,
  type LoadedRun,
  type LoadRunOptions,
  type WeightsChoice,
} from './api/load-run.js';
export type { DataInput, DatasetDescription } from './api/open-data.js';
export { pretrain, type PretrainOptions } from './api/pretrain.js';
export {
  probe,
  probeTable,
  type Baseline,
  type ProbedFeatures,
  type ProbeNetworkOptions,
  type ProbeProgress,
  type ProbeReport,
  type ProbeRow,
  type ProbeRunOptions,
} from './api/probe.js';
export { report, type ReportedRun, type ReportOptions } from './api/report.js';
export type { ConfigInput, OpenDatasets, ResolveOptions } from './api/resolve.js';
export { followRun, followToEnd } from './cli/follow.js';
export { LocalSource, type SampleRequest, type SampleSource } from './data/source.js';
export * from './features/index.js';
export * from './probe/index.js';
export { createProgress, table, type Progress } from './progress/index.js';
export { makeFigures, writeReport } from './report/index.js';
export type { RunEvent, RunResult } from './trainer/events.js';
export { Run } from './trainer/run.js';
