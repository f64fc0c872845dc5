import type { RandomStream } from '@d2v/core';
import type { Raster } from '../image/raster.js';
import { brightness, colour, contrast, type Enhance } from './enhance.js';

export interface JitterOptions {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

/**
 * Colour jitter, in place: brightness, contrast and saturation in random order, each by a factor that is uniform in
 * [max(0, 1 − x), 1 + x] (torchvision's ColorJitter; reference: data2vec1.md §3.4). A strength of 0 switches one off.
 */
export function jitter(raster: Raster, options: JitterOptions, stream: RandomStream): void {
  const steps: readonly (readonly [Enhance, number])[] = [
    [brightness, options.brightness],
    [contrast, options.contrast],
    [colour, options.saturation],
  ];
  for (const index of stream.permutation(steps.length)) {
    const [enhance, strength] = steps[index]!;
    const factor = stream.uniform(Math.max(0, 1 - strength), 1 + strength);
    if (strength > 0) enhance(raster, factor);
  }
}
