import type { NamedTensorMap, Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { tensor2d } from '@tensorflow/tfjs-core';
import type { Context } from '../encoder/context.js';
import { upload, type HostBatch, type HostTensors } from '../encoder/host.js';
import type { RandomStream } from '../random/stream.js';
import type { CollapseConfig } from './collapse.js';
import type { TeacherConfig } from '../teacher/teacher.js';
import type { ParameterSpecs, Weights } from '../weights/parameter.js';

/** A batch on the backend. */
export interface Batch {
  readonly inputs: NamedTensorMap;
  /** (B, T), 1 = real token; absent when nothing is padded. */
  readonly real?: Tensor2D;
  /** What the objective drew: masks and gather indices. */
  readonly drawn: NamedTensorMap;
}

/** How a loss is computed, beyond a forward pass. */
export interface ObjectiveContext extends Context {
  /** Also computes the collapse monitor's metrics. */
  readonly monitor?: boolean;
  /** Sees intermediate tensors by name while they live; keeps a clone of what it wants. */
  observe?(name: string, tensor: Tensor): void;
}

export interface Losses {
  /** Each loss term, summed over tokens; their sum is what is differentiated. */
  readonly terms: Readonly<Record<string, Scalar>>;
  /** What a trainer divides the summed loss and its gradient by, over all workers: the number of masked tokens. */
  readonly sampleSize: Scalar;
  /** Metrics of the monitor: `target_var`, `pred_var`, `local_var`. */
  readonly metrics: Readonly<Record<string, Scalar>>;
}

/** What a training step learns from. New ones join without changing anything outside their file. */
export interface Objective {
  /** Parameters of the objective's own head or decoder, and the mask token where it wants one. */
  readonly parameters: ParameterSpecs;
  /** How the teacher follows; absent for objectives without one. */
  readonly teacher?: TeacherConfig;
  /** When the monitor's metrics mean that the run collapsed; absent where that cannot happen. */
  readonly collapse?: CollapseConfig;
  /** Host: draws what a batch needs. `streams` are its randomness. */
  prepare(batch: HostBatch, streams: BatchStreams): Prepared;
  /** `teacher` holds averaged parameters; those that it shares are taken from the student. */
  loss(student: Weights, teacher: Weights, batch: Batch, context: ObjectiveContext): Losses;
}

/** An objective whose targets are the masked tokens. */
export interface MaskedObjective extends Objective {
  /** What `prepare` makes of given masks, (rows, T), 1 = masked; rows are sample-major, several per sample. */
  place(masks: Uint8Array, batch: HostBatch): Prepared;
}

/** Randomness of one batch: of each of its samples, and of the batch as a whole (mixup). */
export interface BatchStreams {
  sample(index: number): RandomStream;
  readonly batch: RandomStream;
}

/** A batch that is ready to be uploaded. */
export interface Prepared {
  readonly batch: HostBatch;
  readonly drawn: HostTensors;
}

/** Uploads a batch. The caller disposes the result with `disposeBatch`. */
export function uploadBatch({ batch, drawn }: Prepared): Batch {
  return { inputs: upload(batch.inputs), drawn: upload(drawn), ...(batch.lengths ? { real: realTokens(batch) } : {}) };
}

export function disposeBatch({ inputs, drawn, real }: Batch): void {
  for (const tensor of [...Object.values(inputs), ...Object.values(drawn)]) tensor.dispose();
  real?.dispose();
}

function realTokens({ lengths, tokens, size }: HostBatch): Tensor2D {
  const real = new Float32Array(size * tokens);
  lengths?.forEach((length, row) => real.fill(1, row * tokens, row * tokens + length));
  return tensor2d(real, [size, tokens]);
}
