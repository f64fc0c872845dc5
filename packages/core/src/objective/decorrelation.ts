import {
  add,
  div,
  eye,
  matMul,
  mul,
  reshape,
  rsqrt,
  square,
  sub,
  sum,
  tidy,
  type Scalar,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';

const EPSILON = 1e-4;

/**
 * How much the channels say the same: Σ_{i≠j} ρ_ij² / D, ρ the channels' correlation over the counted tokens. 0 when none
 * are correlated, D − 1 when all say the same. Pulling it down keeps representations from using a few directions only,
 * which no channel's own variance shows (VICReg's covariance term, arXiv:2105.04906 §4.1, of standardised channels).
 *
 * @param x (N, T, D)
 * @param weight (N, T, 1), 1 = counted; absent: all are
 */
export function decorrelation(x: Tensor3D, weight?: Tensor3D): Scalar {
  return tidy(() => {
    const [rows, tokens, dim] = x.shape;
    const flat = reshape(x, [rows * tokens, dim]) as Tensor2D;
    const counted = weight && (reshape(weight, [rows * tokens, 1]) as Tensor2D);
    const count = counted ? sum(counted) : rows * tokens;
    const mean = div(sum(counted ? mul(flat, counted) : flat, 0, true), count);
    const offset = sub(flat, mean);
    const centred = (counted ? mul(offset, counted) : offset) as Tensor2D;
    const variance = div(sum(square(centred), 0, true), count);
    const standard = mul(centred, rsqrt(add(variance, EPSILON))) as Tensor2D;
    const correlation = div(matMul(standard, standard, true, false), count);
    return div(sum(mul(square(correlation), sub(1, eye(dim)))), dim) as Scalar;
  });
}
