import {
  regressionLoss,
  SampleError,
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
import { ones, type NamedTensorMap, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { pearson, spearman } from '../metrics/index.js';
import { headFields, headForward, headParameters } from './sentence-head.js';

export const regressionSchema = z.strictObject(headFields);

export type RegressionOptions = z.output<typeof regressionSchema>;

/** A number for texts or pairs of texts, by squared error. */
export const regression: TaskKind<RegressionOptions> = {
  description:
    'A number for texts or pairs of texts (STS-B): the head of classification with one output, squared error.',
  schema: regressionSchema,
  create: (options, { dim }) => new Regression(options, dim),
};

class Regression implements Task {
  readonly parameters: ParameterSpecs;

  constructor(
    readonly options: RegressionOptions,
    dim: number,
  ) {
    this.parameters = headParameters(dim, 1);
  }

  targets(batch: HostBatch): { batch: HostBatch; targets: HostTensors } {
    const { labels, size } = batch;
    if (labels?.length !== size) throw new SampleError('this batch', 'has texts without values');
    const data = Float32Array.from(labels, (label, row) => {
      if (typeof label === 'number' && Number.isFinite(label)) return label;
      throw new SampleError(`text ${row} of this batch`, `has the value ${String(label)}, which is not a number`, {
        hint: 'set labels: number for the reader',
      });
    });
    return { batch, targets: { values: { data, shape: [size, 1] } } };
  }

  forward(p: Scope, features: Features, context: Context): Tensor {
    return headForward(p, features, this.options, context);
  }

  loss(predictions: Tensor, { values }: NamedTensorMap): Scalar {
    return regressionLoss(predictions, values!, ones([1, 1]), 0);
  }

  evaluation(): Evaluation {
    return new Correlations();
  }
}

/** Pearson's and Spearman's correlation in [−100, 100], and the mean squared error. */
class Correlations implements Evaluation {
  readonly #predicted: number[] = [];
  readonly #values: number[] = [];

  add(predictions: Float32Array, _shape: readonly number[], labels: readonly unknown[]): void {
    for (const [row, value] of labels.entries()) {
      this.#predicted.push(predictions[row]!);
      this.#values.push(value as number);
    }
  }

  result(): Record<string, number> {
    const [x, y] = [this.#predicted, this.#values];
    const squares = x.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0);
    return { pearson: 100 * pearson(x, y), spearman: 100 * spearman(x, y), mse: squares / x.length };
  }
}
