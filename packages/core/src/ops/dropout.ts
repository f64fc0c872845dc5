import { mul, type Tensor } from '@tensorflow/tfjs-core';
import type { Context } from '../encoder/context.js';

/** Kept positions divided by the keep probability, or undefined where nothing is dropped. */
export function dropoutMask(
  rate: number,
  shape: readonly number[],
  { noise }: Context,
  name: string,
): Tensor | undefined {
  if (!noise || rate === 0) return undefined;
  return mul(noise.fork(name).bernoulli(1 - rate, shape), 1 / (1 - rate));
}

/** Sets elements to 0 with probability `rate` and rescales the rest; the identity outside training. */
export function dropout<T extends Tensor>(x: T, rate: number, context: Context, name: string): T {
  const mask = dropoutMask(rate, x.shape, context, name);
  return mask ? mul(x, mask) : x;
}

/** Drop path (stochastic depth): drops a residual branch for whole samples. */
export function dropPath<T extends Tensor>(x: T, rate: number, context: Context, name: string): T {
  const mask = dropoutMask(rate, [x.shape[0]!, ...x.shape.slice(1).map(() => 1)], context, name);
  return mask ? mul(x, mask) : x;
}
