import { RandomStream } from '@d2v/core';
import type { ImageSample } from '../../src/image/index.js';

/** Images of normal values. */
export function images(count: number, height: number, width = height, channels = 3): ImageSample[] {
  return Array.from({ length: count }, (_, i) => {
    const stream = new RandomStream(['image', i]);
    const pixels = Float32Array.from({ length: height * width * channels }, () => stream.normal());
    return { pixels, height, width, channels, label: i % 3, name: `image ${i}` };
  });
}
