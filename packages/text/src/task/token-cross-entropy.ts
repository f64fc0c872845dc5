import { differentiable, type HostTensors } from '@d2v/core';
import {
  cast,
  expandDims,
  logSoftmax,
  mul,
  neg,
  oneHot,
  reshape,
  softmax,
  sub,
  sum,
  type NamedTensorMap,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/** A place without a label: a special token, padding, the rest of a word. */
export const IGNORED = -1;

/**
 * Labels of tokens as targets of `tokenCrossEntropy`, ignored ones with weight 0. The others weigh the same and together
 * as much as `samples`, by which a trainer divides: what is minimised is the mean over labelled tokens.
 */
export function tokenTargets(labels: ArrayLike<number>, samples: number): HostTensors {
  const real = Array.from(labels, (label) => label !== IGNORED);
  const weight = samples / Math.max(1, real.filter(Boolean).length);
  const shape = [labels.length];
  return {
    labels: { data: Int32Array.from(labels, (label) => Math.max(0, label)), shape },
    weights: { data: Float32Array.from(real, (counts) => (counts ? weight : 0)), shape },
  };
}

/**
 * Weighted cross entropy of tokens, summed.
 *
 * @param logits (…, C), R rows in all; differentiated
 * @param targets `labels` (R) int32 in [0, C), `weights` (R)
 */
export function tokenCrossEntropy(logits: Tensor, { labels, weights }: NamedTensorMap): Scalar {
  const classes = logits.shape[logits.shape.length - 1]!;
  const hot = (ids: Tensor): Tensor => cast(oneHot(ids as Tensor1D, classes), 'float32');
  return differentiable(
    [logits],
    (save) => {
      const rows = reshape(logits, [-1, classes]) as Tensor2D;
      save([softmax(rows), labels!, weights!]);
      return neg(sum(mul(sum(mul(logSoftmax(rows), hot(labels!)), 1), weights!))) as Scalar;
    },
    (dy, [probabilities, ids, rowWeights]) => {
      const slope = mul(sub(probabilities!, hot(ids!)), expandDims(mul(rowWeights!, dy), 1));
      return [reshape(slope, logits.shape)];
    },
  );
}
