import { add, mean, mul, reshape, rsqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';
import { asRows, columnSum } from './linear.js';

const overLast = (x: Tensor): Tensor => mean(x, -1, true);

/** x̂ = (x − μ)/√(σ² + ε) over the last axis with biased variance; returns x̂ and 1/√(σ² + ε). */
function standardise(x: Tensor, epsilon: number): [Tensor, Tensor] {
  const centred = sub(x, overLast(x));
  const scale = rsqrt(add(overLast(square(centred)), epsilon));
  return [mul(centred, scale), scale];
}

/**
 * Layer norm over the last axis: y = x̂·g + b. Without gain and bias it only standardises.
 *
 * @param x (…, D)
 * @param gain (D)
 * @param bias (D)
 */
export function layerNorm<T extends Tensor>(x: T, epsilon: number, gain?: Tensor, bias?: Tensor): T {
  if (!gain || !bias) {
    return differentiable(
      [x],
      (save) => {
        const [normal, scale] = standardise(x, epsilon);
        save([normal, scale]);
        return normal as T;
      },
      (dy, [normal, scale]) => [inputGradient(dy, mul(dy, normal!), normal!, scale!)],
    );
  }
  return differentiable(
    [x, gain, bias],
    (save) => {
      const [normal, scale] = standardise(x, epsilon);
      save([normal, scale, gain]);
      return add(mul(normal, gain), bias) as T;
    },
    (dy, [normal, scale, gain]) => {
      const dyNormal = mul(dy, normal!);
      const dx = inputGradient(mul(dy, gain!), mul(dyNormal, gain!), normal!, scale!);
      return [dx, columnSum(asRows(dyNormal)), columnSum(asRows(dy))];
    },
  );
}

/** dx = (u − mean(u) − x̂·mean(u·x̂))/√(σ² + ε), u the gradient of x̂. */
function inputGradient(u: Tensor, uNormal: Tensor, normal: Tensor, scale: Tensor): Tensor {
  const dx = mul(sub(sub(u, overLast(u)), mul(normal, overLast(uNormal))), scale);
  return reshape(dx, normal.shape);
}
