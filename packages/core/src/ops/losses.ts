import {
  abs,
  add,
  clipByValue,
  div,
  logSoftmax,
  minimum,
  mul,
  neg,
  sigmoid,
  softmax,
  softplus,
  square,
  sub,
  sum,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';

/**
 * Weighted sum of the regression loss over all elements (reference: data2vec1.md §2.4):
 * ℓ = e² for β = 0, else smooth L1: e²/(2β) where |e| < β, |e| − β/2 beyond.
 *
 * @param prediction differentiated
 * @param target constant, same shape
 * @param weight broadcast against both (a mask (N, T, 1) counts only masked tokens)
 */
export function regressionLoss(prediction: Tensor, target: Tensor, weight: Tensor, beta: number): Scalar {
  return differentiable(
    [prediction],
    (save) => {
      const error = sub(prediction, target);
      save([error, weight]);
      return sum(mul(elementLoss(error, beta), weight)) as Scalar;
    },
    (dy, [error, weight]) => {
      const slope = beta === 0 ? mul(error!, 2) : clipByValue(mul(error!, 1 / beta), -1, 1);
      return [mul(mul(slope, weight!), dy)];
    },
  );
}

function elementLoss(error: Tensor, beta: number): Tensor {
  if (beta === 0) return square(error);
  const size = abs(error);
  const quadratic = minimum(size, beta);
  return add(div(square(quadratic), 2 * beta), sub(size, quadratic));
}

/**
 * Cross entropy with soft labels, summed over rows.
 *
 * @param logits (B, C), differentiated
 * @param labels (B, C), rows sum to 1
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor): Scalar {
  return differentiable(
    [logits],
    (save) => {
      save([softmax(logits), labels]);
      return neg(sum(mul(logSoftmax(logits), labels))) as Scalar;
    },
    (dy, [probabilities, labels]) => [mul(sub(probabilities!, labels!), dy)],
  );
}

/**
 * Binary cross entropy of independent labels, summed over all elements: Σ softplus(z) − y·z.
 *
 * @param logits (B, C), differentiated
 * @param labels (B, C), each in [0, 1]
 */
export function sigmoidCrossEntropy(logits: Tensor, labels: Tensor): Scalar {
  return differentiable(
    [logits],
    (save) => {
      save([logits, labels]);
      return sum(sub(softplus(logits), mul(logits, labels))) as Scalar;
    },
    (dy, [z, y]) => [mul(sub(sigmoid(z!), y!), dy)],
  );
}
