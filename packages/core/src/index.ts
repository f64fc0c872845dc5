export * from './errors.js';
export { RandomStream, type Key } from './random/stream.js';
export {
  trainableNames,
  within,
  type Initialiser,
  type ParameterSpec,
  type ParameterSpecs,
  type Weights,
} from './weights/parameter.js';
export { Scope } from './weights/scope.js';
export type { Context, Noise } from './encoder/context.js';
export type { AnnotatedData, Dataset } from './encoder/dataset.js';
export type { Decoder, DecoderOptions, Encoder, MaskedSample, Positions } from './encoder/encoder.js';
export { upload, type HostBatch, type HostTensor, type HostTensors } from './encoder/host.js';
export type * from './encoder/command.js';
export { numberOption, wholeNumberOption } from './encoder/command-options.js';
export * from './encoder/plugin.js';
export type { Evaluation, EvaluationDetail, Features, Task } from './encoder/task.js';
export * from './checkpoint/index.js';
export * from './dataset/index.js';
export { backboneSchema, type BackboneConfig } from './backbone/config.js';
export { Network, type NetworkOutput } from './encoder/network.js';
export { maskedSequence, wholeSequence, type MaskFill, type Sequence } from './encoder/sequence.js';
export { createModel, createNetwork, parseModelConfig, type Model, type ModelConfig } from './model.js';
export * from './mask/index.js';
export * from './objective/index.js';
export * from './ops/index.js';
export * from './position/index.js';
export * from './task/index.js';
export {
  averageTeacher,
  copyTeacher,
  decayAt,
  teacherNames,
  teacherSchema,
  type TeacherConfig,
} from './teacher/teacher.js';
export { HostNoise } from './random/host-noise.js';
export { fillBernoulli, fillNormal, fillTruncatedNormal, fillUniform } from './random/fill.js';
export { initialise } from './weights/initialise.js';
export { BACKEND_CHOICES, type BackendChoice, type BackendName, type LoadedBackend } from './backend/choose.js';
export { loadBackend } from './backend/load.js';
