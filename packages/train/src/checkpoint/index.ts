export { Checkpoint } from './checkpoint.js';
export { diskFiles, type CheckpointFiles } from './files.js';
export type { Retention } from './retention.js';
export { CHECKPOINT_FORMAT, type NewTrainingState, type TrainingState } from './state.js';
export { CheckpointStore, type CheckpointStoreOptions } from './store.js';
export type { CheckpointContents } from './write.js';
