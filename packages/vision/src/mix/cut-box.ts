import type { RandomStream } from '@d2v/core';
import type { Box } from '../image/geometry.js';

/**
 * The box that cutmix replaces: sides √(1 − λ) of the image's, its middle anywhere, what reaches over the edge cut off.
 */
export function cutBox(width: number, height: number, lambda: number, stream: RandomStream): Box {
  const side = Math.sqrt(1 - lambda);
  const halfWidth = Math.floor(Math.trunc(width * side) / 2);
  const halfHeight = Math.floor(Math.trunc(height * side) / 2);
  const y = stream.below(height);
  const x = stream.below(width);
  const [left, right] = [Math.max(0, x - halfWidth), Math.min(width, x + halfWidth)];
  const [top, bottom] = [Math.max(0, y - halfHeight), Math.min(height, y + halfHeight)];
  return { left, top, width: right - left, height: bottom - top };
}
