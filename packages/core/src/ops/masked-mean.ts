import { div, mean, mul, reshape, sum, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';

/**
 * Mean over the real tokens of each sample, (N, T, D) → (N, D).
 *
 * @param real (N, T), 1 = real token, at least one in each sample; absent: all are
 */
export function maskedMean(x: Tensor3D, real?: Tensor2D): Tensor2D {
  if (!real) return mean(x, 1);
  const [rows, tokens] = real.shape;
  return div(sum(mul(x, reshape(real, [rows, tokens, 1])), 1), sum(real, 1, true));
}
