import {
  Classifier,
  type Context,
  type Evaluation,
  type Features,
  type ParameterSpecs,
  type Scope,
  type TaskKind,
} from '@d2v/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { ClassificationCounts } from '../metrics/index.js';
import { headFields, headForward, headParameters } from './sentence-head.js';
import { bestOf } from './token-scores.js';

export const classificationSchema = z.strictObject(headFields);

export type ClassificationOptions = z.output<typeof classificationSchema>;

/** Classes of texts or pairs of texts. */
export const classification: TaskKind<ClassificationOptions> = {
  description: 'Classification of texts or pairs of texts: dense layer, tanh, output layer on the first token.',
  schema: classificationSchema,
  create: (options, context) => new Classification(options, context),
};

class Classification extends Classifier {
  readonly parameters: ParameterSpecs;

  constructor(
    readonly options: ClassificationOptions,
    { dim, classes }: { dim: number; classes: readonly string[] },
  ) {
    super(classes, 'name the column of the labels in `label`, or use the task regression');
    this.parameters = headParameters(dim, classes.length);
  }

  forward(p: Scope, features: Features, context: Context): Tensor {
    return headForward(p, features, this.options, context);
  }

  override evaluation(): Evaluation {
    return new ClassificationMetrics(this.classes.length);
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
      this.#counts.add(labels[row] as number, bestOf(logits, row * classes, classes));
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
