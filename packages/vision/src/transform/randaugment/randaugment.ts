import type { RandomStream } from '@d2v/core';
import type { Raster } from '../../image/raster.js';
import type { AffineOptions } from './affine.js';
import { maximumLevel, operations } from './operations.js';

export interface RandAugmentOptions {
  /** Operations drawn for each image, with replacement. */
  readonly layers: number;
  /** Mean and standard deviation of an operation's level, which is cut to [0, 10]. */
  readonly magnitude: number;
  readonly std: number;
  /** How likely a drawn operation is applied. */
  readonly probability: number;
}

const names = Object.keys(operations);

/** RandAugment (Cubuk et al. 2020) as timm's `rand-m9-mstd0.5-inc1`, in place (reference: data2vec1.md §3.6). */
export function randAugment(
  raster: Raster,
  options: RandAugmentOptions,
  context: AffineOptions,
  stream: RandomStream,
): void {
  for (let layer = 0; layer < options.layers; layer++) {
    const operation = operations[names[stream.below(names.length)]!]!;
    if (stream.uniform() >= options.probability) continue;
    const level = options.magnitude + options.std * stream.normal();
    operation(raster, Math.max(0, Math.min(maximumLevel, level)), { ...context, stream });
  }
}
