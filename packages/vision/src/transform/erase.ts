import type { RandomStream } from '@d2v/core';
import { roundHalfEven } from '../image/geometry.js';
import type { ImageSample } from '../image/sample.js';

export interface EraseOptions {
  readonly probability: number;
  /** Area of the erased box as a share of the image's. */
  readonly scale: readonly [number, number];
  /** Aspect ratio (height / width) of the erased box. */
  readonly ratio: readonly [number, number];
}

const attempts = 10;

/**
 * Random erasing, in place: with `probability` one box of the normalised image is filled with standard normal noise,
 * every value its own (timm's RandomErasing in pixel mode; reference: data2vec1.md §3.6).
 */
export function erase(
  { pixels, width, height, channels }: ImageSample,
  options: EraseOptions,
  stream: RandomStream,
): void {
  if (stream.uniform() >= options.probability) return;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const area = width * height * stream.uniform(options.scale[0], options.scale[1]);
    const aspect = Math.exp(stream.uniform(Math.log(options.ratio[0]), Math.log(options.ratio[1])));
    const h = roundHalfEven(Math.sqrt(area * aspect));
    const w = roundHalfEven(Math.sqrt(area / aspect));
    if (h >= height || w >= width) continue;
    const top = stream.below(height - h + 1);
    const left = stream.below(width - w + 1);
    for (let y = top; y < top + h; y++) {
      const from = (y * width + left) * channels;
      for (let i = from; i < from + w * channels; i++) pixels[i] = stream.normal();
    }
    return;
  }
}
