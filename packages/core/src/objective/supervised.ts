import { scalar } from '@tensorflow/tfjs-core';
import type { HostBatch } from '../encoder/host.js';
import type { Network } from '../encoder/network.js';
import type { Task } from '../encoder/task.js';
import { within, type ParameterSpecs, type Weights } from '../weights/parameter.js';
import { Scope } from '../weights/scope.js';
import type { Batch, BatchStreams, Losses, Objective, ObjectiveContext, Prepared } from './objective.js';

/** Fine-tuning: a task's head on the whole, unmasked input. */
export class Supervised implements Objective {
  readonly parameters: ParameterSpecs;

  constructor(
    readonly network: Network,
    readonly task: Task,
  ) {
    this.parameters = within('head', task.parameters);
  }

  prepare(batch: HostBatch, streams?: BatchStreams): Prepared {
    const { batch: mixed, targets } = this.task.targets(batch, streams?.batch);
    return { batch: mixed, drawn: targets };
  }

  /** Logits of a batch. */
  predict(weights: Weights, batch: Batch, context: ObjectiveContext) {
    const features = this.network.features(weights, batch.inputs, batch.real, context);
    return this.task.forward(new Scope(weights, 'head'), features, context, batch.drawn);
  }

  loss(student: Weights, _teacher: Weights, batch: Batch, context: ObjectiveContext): Losses {
    const logits = this.predict(student, batch, context);
    context.observe?.('logits', logits);
    return {
      terms: { supervised: this.task.loss(logits, batch.drawn) },
      sampleSize: scalar(logits.shape[0]!),
      metrics: {},
    };
  }
}
