import { add, div, mul, rsqrt, square, sub, sum, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';
import { asRows, columnSum } from './linear.js';

const overSteps = (x: Tensor, counted: Tensor, count: Tensor): Tensor => div(sum(mul(x, counted), 1, true), count);

/**
 * Group norm with one group a channel, over the steps of each sample: y = (x − μ)/√(σ² + ε)·g + b with biased variance
 * (reference: data2vec1.md §4.2, extractor mode `default`).
 *
 * @param x (N, T, C)
 * @param gain (C)
 * @param bias (C)
 * @param counted (N, T, 1), 1 = a step that mean and variance are taken over, at least one in each sample; 0 = padding
 */
export function channelNorm(x: Tensor3D, epsilon: number, gain: Tensor, bias: Tensor, counted: Tensor): Tensor3D {
  return differentiable(
    [x, gain, bias],
    (save) => {
      const count = sum(counted, 1, true);
      const centred = sub(x, overSteps(x, counted, count));
      const scale = rsqrt(add(overSteps(square(centred), counted, count), epsilon));
      const normal = mul(centred, scale);
      save([normal, scale, gain, counted, count]);
      return add(mul(normal, gain), bias) as Tensor3D;
    },
    (dy, [normal, scale, gain, counted, count]) => {
      const dyNormal = mul(dy, normal!);
      // Every step's gradient flows through mean and variance, but only counted steps flow back from them.
      const mean = div(sum(dy, 1, true), count!);
      const slope = mul(normal!, div(sum(dyNormal, 1, true), count!));
      const dx = mul(mul(sub(dy, mul(add(mean, slope), counted!)), scale!), gain!);
      return [dx, columnSum(asRows(dyNormal)), columnSum(asRows(dy))];
    },
  );
}
