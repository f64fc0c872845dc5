import { add, div, mean, mul, sqrt, square, sub, sum, tidy, type Scalar, type Tensor3D } from '@tensorflow/tfjs-core';

/**
 * How much representations vary, the collapse monitor of fairseq's `compute_var` (reference: data2vec1.md §6): the mean
 * over channels of √(variance + 1e-6), unbiased variance over the counted tokens. A standard deviation despite the name
 * that its log keys carry.
 *
 * @param x (N, T, D)
 * @param weight (N, T, 1), 1 = counted; absent: all are
 */
export function spread(x: Tensor3D, weight?: Tensor3D): Scalar {
  return tidy(() => {
    const axes = [0, 1];
    const [rows, tokens] = x.shape;
    const count = weight ? sum(weight) : rows * tokens;
    const total = sum(weight ? mul(x, weight) : x, axes);
    const centred = sub(x, div(total, count));
    const squares = square(centred);
    const variance = div(
      sum(weight ? mul(squares, weight) : squares, axes),
      typeof count === 'number' ? count - 1 : sub(count, 1),
    );
    return mean(sqrt(add(variance, 1e-6))) as Scalar;
  });
}
