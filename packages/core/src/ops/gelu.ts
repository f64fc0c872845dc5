import { add, erf, exp, mul, square, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable, isRecording } from './differentiable.js';

const INVERSE_SQRT_2PI = 1 / Math.sqrt(2 * Math.PI);

/** GELU in its erf form, x·Φ(x) with Φ the normal distribution function. */
export function gelu<T extends Tensor>(x: T): T {
  const recording = isRecording();
  return differentiable(
    [x],
    (save) => {
      const cdf = add(mul(erf(mul(x, Math.SQRT1_2)), 0.5), 0.5);
      if (recording) save([add(cdf, mul(mul(x, exp(mul(square(x), -0.5))), INVERSE_SQRT_2PI))]);
      return mul(x, cdf) as T;
    },
    (dy, [derivative]) => [mul(dy, derivative!)],
  );
}
