import { clone, mul, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';

/** x itself, whose gradient is multiplied by `factor`: what lies before learns that much slower. */
export function scaleGradient<T extends Tensor>(x: T, factor: number): T {
  return differentiable(
    [x],
    () => clone(x),
    (dy) => [mul(dy, factor)],
  );
}
