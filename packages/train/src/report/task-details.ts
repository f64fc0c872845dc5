import { Supervised, type EvaluationDetail, type Network, type SampleError, type Task, type Weights } from '@d2v/core';
import type { SampleSource } from '../data/source.js';
import { validate } from '../trainer/validate.js';
import { pick, type SkippedSample } from './samples.js';

/** Samples that details are computed of. */
const MOST = 64;

/** What a fine-tuned run's task tells of held-out samples. */
export interface TaskDetails {
  readonly sections: readonly EvaluationDetail[];
  /** Samples that they are computed of. */
  readonly samples: number;
  readonly unreadable: readonly SkippedSample[];
}

export interface TaskDetailOptions {
  readonly network: Network;
  /** Of network and head; they stay the caller's. */
  readonly weights: Weights;
  readonly task: Task;
  readonly heldOut: SampleSource;
  readonly batchSize: number;
  readonly seed: number;
}

/** Evaluates some held-out samples for a report; nothing where the task has no details to tell. Leaves no tensor behind. */
export async function taskDetails(options: TaskDetailOptions): Promise<TaskDetails | undefined> {
  const { network, weights, task, heldOut, batchSize, seed } = options;
  const evaluation = task.evaluation();
  if (!evaluation.details) return undefined;
  const observed: Task = {
    parameters: task.parameters,
    targets: (batch, stream) => task.targets(batch, stream),
    forward: (p, features, context) => task.forward(p, features, context),
    loss: (logits, targets) => task.loss(logits, targets),
    evaluation: () => evaluation,
  };
  const indices = pick(heldOut.size, MOST, [seed, 'report', 'details']);
  const batches = Array.from({ length: Math.ceil(indices.length / batchSize) }, (_, i) =>
    indices.slice(i * batchSize, (i + 1) * batchSize),
  );
  const unreadable: SkippedSample[] = [];
  const onBadSample = ({ sample, problem }: SampleError): void => void unreadable.push({ sample, message: problem });
  const objective = new Supervised(network, observed);
  const state = { student: weights, teacher: {} };
  await validate({ encoder: network.encoder, objective, source: heldOut, state, batches, seed, onBadSample });
  return { sections: evaluation.details(), samples: indices.length - unreadable.length, unreadable };
}
