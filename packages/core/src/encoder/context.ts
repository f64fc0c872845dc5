import type { Tensor } from '@tensorflow/tfjs-core';

/** Where a forward pass gets its randomness from; eager runs draw on the host, a compiled step feeds seeds. */
export interface Noise {
  /** The same source under a longer name, so that draws do not depend on call order. */
  fork(name: string): Noise;
  /** 1 with probability `keep`, else 0; float32. */
  bernoulli(keep: number, shape: readonly number[]): Tensor;
  /** Standard normal, float32. */
  normal(shape: readonly number[]): Tensor;
}

/** How a forward pass runs: `noise` is present in training and switches dropout, drop path and layer drop on. */
export interface Context {
  readonly noise?: Noise;
}
