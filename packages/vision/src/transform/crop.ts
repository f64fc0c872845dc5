import type { RandomStream } from '@d2v/core';
import { centred, roundHalfEven, type Box, type Size } from '../image/geometry.js';

export interface CropOptions {
  /** Area of the crop as a share of the image's. */
  readonly scale: readonly [number, number];
  /** Aspect ratio (width / height) of the crop, relative to that of `target`. */
  readonly ratio: readonly [number, number];
}

const attempts = 10;

/**
 * The box of a random resized crop (torchvision's RandomResizedCrop): ten attempts at an area uniform in `scale` and an
 * aspect ratio log-uniform in `ratio`, else the largest box in the middle whose ratio is allowed.
 */
export function randomCrop(image: Size, target: Size, { scale, ratio }: CropOptions, stream: RandomStream): Box {
  const aspect = target.width / target.height;
  const [low, high] = [ratio[0] * aspect, ratio[1] * aspect];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const area = image.width * image.height * stream.uniform(scale[0], scale[1]);
    const drawn = Math.exp(stream.uniform(Math.log(low), Math.log(high)));
    const width = roundHalfEven(Math.sqrt(area * drawn));
    const height = roundHalfEven(Math.sqrt(area / drawn));
    if (width > 0 && width <= image.width && height > 0 && height <= image.height) {
      const top = stream.below(image.height - height + 1);
      return { left: stream.below(image.width - width + 1), top, width, height };
    }
  }
  return fallback(image, low, high);
}

function fallback(image: Size, low: number, high: number): Box {
  const { width, height } = image;
  const aspect = width / height;
  const size =
    aspect < low
      ? { width, height: roundHalfEven(width / low) }
      : aspect > high
        ? { width: roundHalfEven(height * high), height }
        : image;
  const inside = {
    width: Math.max(1, Math.min(width, size.width)),
    height: Math.max(1, Math.min(height, size.height)),
  };
  const { left, top } = centred(image, inside);
  return { left, top, ...inside };
}

/**
 * Resize, then centre crop: the image is resampled so that its sides are at least `resize`/min(target) times the
 * target's (one of them exactly), and the target is cut from its middle (reference: data2vec1.md §3.6).
 */
export function centreCrop(image: Size, target: Size, resize: number): { size: Size; cut: Box } {
  const enlarge = resize / Math.min(target.width, target.height);
  const across = (target.width * enlarge) / image.width;
  const down = (target.height * enlarge) / image.height;
  const size =
    across >= down
      ? { width: Math.round(target.width * enlarge), height: Math.trunc(image.height * across) }
      : { width: Math.trunc(image.width * down), height: Math.round(target.height * enlarge) };
  const covering = { width: Math.max(size.width, target.width), height: Math.max(size.height, target.height) };
  return { size: covering, cut: centred(covering, target) };
}
