import type { RandomStream } from '@d2v/core';

/** Largest mean whose exponential keeps enough digits for counting. */
const STEP = 30;

/** A Poisson variable of mean `mean` ≥ 0: the uniform factors that it takes to fall below exp(−mean) (Knuth 1969, §3.4.1). */
export function poisson(mean: number, stream: RandomStream): number {
  let count = 0;
  for (let rest = mean; rest > 0; rest -= STEP) {
    const limit = Math.exp(-Math.min(rest, STEP));
    for (let product = 1 - stream.uniform(); product > limit; product *= 1 - stream.uniform()) count++;
  }
  return count;
}
