import { ShapeError } from '@d2v/core';
import type { Size } from '../image/geometry.js';

/** Square patches in rows, as the encoder cuts an image into tokens. */
export interface Grid {
  readonly patch: number;
  readonly columns: number;
  readonly rows: number;
}

/**
 * The grid of square patches that gives so many tokens.
 * @throws ShapeError when no patch size does
 */
export function patchGrid({ width, height }: Size, tokens: number): Grid {
  const patch = Math.round(Math.sqrt((width * height) / tokens));
  const [columns, rows] = [width / patch, height / patch];
  if (Number.isInteger(columns) && Number.isInteger(rows) && columns * rows === tokens) return { patch, columns, rows };
  throw new ShapeError(`figures: ${tokens} tokens are no grid of square patches of a ${width}×${height} image`, {
    hint: 'the mask or colours must belong to this image, without extra tokens',
  });
}

/** The token that a pixel belongs to. */
export const tokenAt = ({ patch, columns }: Grid, x: number, y: number): number =>
  Math.floor(y / patch) * columns + Math.floor(x / patch);
