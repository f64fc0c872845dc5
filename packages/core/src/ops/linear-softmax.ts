import {
  add,
  div,
  exp,
  log,
  max,
  mul,
  reshape,
  sigmoid,
  softplus,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';

/** Added to the logarithms of padded tokens, so that they weigh nothing. */
const PADDED = -1e9;

/**
 * Linear softmax pooling of token logits z, (N, T, C) → (N, C): the logit of p = Σₜ qₜ²/Σₜ qₜ with q = σ(z), the mean of
 * the tokens' probabilities weighted by themselves (reference: data2vec1.md §4.7; Wang et al. 2019). As
 * 1 − p = Σₜ qₜ(1 − qₜ)/Σₜ qₜ, that is
 *
 *     log Σₜ qₜ² − log Σₜ qₜ(1 − qₜ)
 *
 * in log space, which is finite for every finite z.
 *
 * @param logits differentiated
 * @param real (N, T), 1 = real token, at least one in each sample; absent: all are
 */
export function linearSoftmax(logits: Tensor3D, real?: Tensor2D): Tensor2D {
  return differentiable(
    [logits],
    (save) => {
      const [rows, , classes] = logits.shape;
      const twice = mul(softplus(logits), 2); // log q = z − softplus(z), log (1 − q) = −softplus(z)
      const outside = real && reshape(mul(sub(1, real), PADDED), [...real.shape, 1]);
      const [squares, squareWeights] = logSumExp(sub(mul(logits, 2), twice), outside);
      const [products, productWeights] = logSumExp(sub(logits, twice), outside);
      save([sigmoid(logits), squareWeights, productWeights]);
      return reshape(sub(squares, products), [rows, classes]);
    },
    (dy, [q, squareWeights, productWeights]) => {
      // d log q² = 2(1 − q)·dz, d log q(1 − q) = (1 − 2q)·dz
      const rest = sub(1, q!);
      const slope = sub(mul(squareWeights!, mul(rest, 2)), mul(productWeights!, sub(rest, q!)));
      return [mul(slope, reshape(dy, [dy.shape[0], 1, dy.shape[1]]))];
    },
  );
}

/** log Σₜ exp(xₜ) as (N, 1, C), and its gradient, the softmax over t. */
function logSumExp(x: Tensor, outside?: Tensor): [Tensor, Tensor] {
  const counted = outside ? add(x, outside) : x;
  const most = max(counted, 1, true);
  const powers = exp(sub(counted, most));
  const total = sum(powers, 1, true);
  return [add(log(total), most), div(powers, total)];
}
