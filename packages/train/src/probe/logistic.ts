import { columnSum } from '@d2v/core';
import {
  add,
  argMax,
  dispose,
  exp,
  logSoftmax,
  matMul,
  mul,
  neg,
  oneHot,
  sub,
  sum,
  tensor1d,
  tensor2d,
  tidy,
  type Scalar,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import type { LabelledFeatures } from './data.js';
import { minimise, type MinimiseOptions, type Minimum } from './lbfgs.js';
import { standardised, type Standardisation } from './standardise.js';

/** Rows of one product: bounds what a pass needs beyond the features themselves. */
const CHUNK = 8192;

interface Chunk {
  readonly x: Tensor2D;
  readonly labels: Tensor1D;
}

/**
 * Some rows of a feature set on the backend, standardised; `loss` and `predict` of a multinomial logistic regression
 * on them. Its parameters θ are one vector: W (D, C) row by row, then b (C). The owner disposes it.
 */
export class LogisticData {
  readonly #chunks: Chunk[] = [];
  readonly size: number;
  readonly dim: number;

  constructor(
    { features, dim, labels }: LabelledFeatures,
    rows: Int32Array,
    standardisation: Standardisation,
    readonly classes: number,
  ) {
    this.dim = dim;
    this.size = rows.length;
    for (let start = 0; start < rows.length; start += CHUNK) {
      const part = rows.subarray(start, start + CHUNK);
      this.#chunks.push({
        x: tensor2d(standardised(features, part, standardisation), [part.length, dim]),
        labels: tensor1d(
          Int32Array.from(part, (row) => labels[row]!),
          'int32',
        ),
      });
    }
  }

  /** Number of parameters, (D + 1)·C. */
  get parameters(): number {
    return (this.dim + 1) * this.classes;
  }

  /** L(θ) = mean cross-entropy + ½·l2·‖W‖², and its gradient; the bias is not penalised. */
  async loss(theta: Float64Array, l2: number): Promise<{ value: number; gradient: Float64Array }> {
    const [w, b] = this.#upload(theta);
    const sums = tidy(() => this.#chunks.map((chunk) => crossEntropy(chunk, w, b, this.classes)).reduce(addSums));
    const [loss, dW, db] = (await Promise.all([sums.loss.data(), sums.dW.data(), sums.db.data()])) as Float32Array[];
    dispose([w, b, sums.loss, sums.dW, sums.db]);
    const gradient = new Float64Array(this.parameters);
    const weights = this.dim * this.classes;
    let penalty = 0;
    for (let i = 0; i < weights; i++) {
      gradient[i] = dW![i]! / this.size + l2 * theta[i]!;
      penalty += theta[i]! ** 2;
    }
    db!.forEach((value, c) => (gradient[weights + c] = value / this.size));
    return { value: loss![0]! / this.size + (l2 * penalty) / 2, gradient };
  }

  /** θ that minimises the loss, from a first guess. */
  fit(l2: number, start: Float64Array, options: MinimiseOptions): Promise<Minimum> {
    return minimise((theta) => this.loss(theta, l2), start, options);
  }

  /** The most likely class of each row. */
  async predict(theta: Float64Array): Promise<Int32Array> {
    const [w, b] = this.#upload(theta);
    const out = new Int32Array(this.size);
    let start = 0;
    for (const { x } of this.#chunks) {
      const classes = tidy(() => argMax(add(matMul(x, w), b), 1));
      out.set(await classes.data(), start);
      classes.dispose();
      start += x.shape[0];
    }
    dispose([w, b]);
    return out;
  }

  dispose(): void {
    for (const { x, labels } of this.#chunks) dispose([x, labels]);
  }

  #upload(theta: Float64Array): [Tensor2D, Tensor1D] {
    const weights = this.dim * this.classes;
    return [
      tensor2d(Float32Array.from(theta.subarray(0, weights)), [this.dim, this.classes]),
      tensor1d(Float32Array.from(theta.subarray(weights))),
    ];
  }
}

// An alias, since tidy takes no interface.
type Sums = { loss: Scalar; dW: Tensor2D; db: Tensor1D };

/** Sums over the rows of a chunk: −log p(label), Xᵀ(P − Y), P − Y. */
function crossEntropy({ x, labels }: Chunk, w: Tensor2D, b: Tensor1D, classes: number): Sums {
  return tidy(() => {
    const logits: Tensor2D = add(matMul(x, w), b);
    const target = oneHot(labels, classes) as Tensor2D;
    const logs = logSoftmax(logits);
    const error = sub(exp(logs), target) as Tensor2D;
    const loss = neg(sum(mul(logs, target))) as Scalar;
    return { loss, dW: matMul(x, error, true, false), db: columnSum(error) };
  });
}

const addSums = (a: Sums, b: Sums): Sums => ({
  loss: add(a.loss, b.loss),
  dW: add(a.dW, b.dW),
  db: add(a.db, b.db),
});
