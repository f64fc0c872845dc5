import {
  ConfigError,
  SampleError,
  softmaxCrossEntropy,
  type Context,
  type Evaluation,
  type Features,
  type HostBatch,
  type HostTensors,
  type ParameterSpecs,
  type Scope,
  type Task,
  type TaskKind,
} from '@d2v/core';
import type { NamedTensorMap, Scalar, Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { ClassificationCounts } from '../metrics/index.js';
import { headFields, headForward, headParameters } from './sentence-head.js';

export const classificationSchema = z.strictObject(headFields);

export type ClassificationOptions = z.output<typeof classificationSchema>;

/** Classes of texts or pairs of texts. */
export const classification: TaskKind<ClassificationOptions> = {
  description: 'Classification of texts or pairs of texts: dense layer, tanh, output layer on the first token.',
  schema: classificationSchema,
  create: (options, context) => new Classification(options, context),
};

class Classification implements Task {
  readonly parameters: ParameterSpecs;
  readonly #classes: number;

  constructor(
    readonly options: ClassificationOptions,
    { dim, classes }: { dim: number; classes: readonly string[] },
  ) {
    if (classes.length < 2) {
      throw new ConfigError(`classification needs at least two classes, the training data has ${classes.length}`, {
        key: 'data.train',
        hint: 'name the column of the labels in `label`, or use the task regression',
      });
    }
    this.#classes = classes.length;
    this.parameters = headParameters(dim, classes.length);
  }

  targets(batch: HostBatch): { batch: HostBatch; targets: HostTensors } {
    const { labels, size } = batch;
    if (labels?.length !== size) throw new SampleError('this batch', 'has texts without labels');
    const data = new Float32Array(size * this.#classes);
    labels.forEach((label, row) => {
      if (!(typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < this.#classes)) {
        throw new SampleError(
          `text ${row} of this batch`,
          `has label ${String(label)}, but there are ${this.#classes} classes`,
          { hint: 'correct the label, or name every class in data.train.classes' },
        );
      }
      data[row * this.#classes + label] = 1;
    });
    return { batch, targets: { labels: { data, shape: [size, this.#classes] } } };
  }

  forward(p: Scope, features: Features, context: Context): Tensor {
    return headForward(p, features, this.options, context);
  }

  loss(logits: Tensor, { labels }: NamedTensorMap): Scalar {
    return softmaxCrossEntropy(logits, labels!);
  }

  evaluation(): Evaluation {
    return new ClassificationMetrics(this.#classes);
  }
}

/** Accuracy and F1 in percent, Matthews correlation in [−100, 100]. */
class ClassificationMetrics implements Evaluation {
  readonly #counts: ClassificationCounts;

  constructor(classes: number) {
    this.#counts = new ClassificationCounts(classes);
  }

  add(logits: Float32Array, [rows, classes]: readonly [number, number], labels: readonly unknown[]): void {
    for (let row = 0; row < rows; row++) {
      let best = 0;
      for (let c = 1; c < classes; c++) {
        if (logits[row * classes + c]! > logits[row * classes + best]!) best = c;
      }
      this.#counts.add(labels[row] as number, best);
    }
  }

  result(): Record<string, number> {
    return {
      accuracy: 100 * this.#counts.accuracy(),
      f1: 100 * this.#counts.f1(),
      matthews: 100 * this.#counts.matthews(),
    };
  }
}
