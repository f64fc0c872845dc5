import { reshape, tensor1d, tidy, transpose, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import type { Positions } from '../encoder/encoder.js';
import { gatherRows } from '../ops/gather-rows.js';

/**
 * Which row of the relative position table a pair of tokens reads (reference: data2vec1.md §3.2). Extra tokens come
 * first; they share three rows: extra → patch, patch → extra, extra → extra.
 *
 * @returns (S·S) row numbers, S = extra + height·width
 */
export function relativeIndex([height, width]: readonly [number, number], extra: number): Int32Array {
  const patches = height * width;
  const side = extra + patches;
  const rows = relativeRows([height, width], extra);
  const index = new Int32Array(side * side);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const [a, b] = [i - extra, j - extra];
      let row: number;
      if (a >= 0 && b >= 0) {
        const down = Math.floor(a / width) - Math.floor(b / width) + height - 1;
        const across = (a % width) - (b % width) + width - 1;
        row = down * (2 * width - 1) + across;
      } else if (a < 0 && b < 0) row = rows - 1;
      else row = a < 0 ? rows - 3 : rows - 2;
      index[i * side + j] = row;
    }
  }
  return index;
}

/** Rows of the table: one per relative offset and three for extra tokens. */
export function relativeRows([height, width]: readonly [number, number], extra: number): number {
  return (2 * height - 1) * (2 * width - 1) + (extra > 0 ? 3 : 0);
}

/** Learned attention bias by relative position on a grid, parameter `relative_bias` (rows, H). */
export function relativeBias(
  grid: readonly [number, number],
  extra: number,
  heads: number,
): NonNullable<Positions['attentionBias']> {
  const index = relativeIndex(grid, extra);
  const side = extra + grid[0] * grid[1];
  return {
    parameters: { relative_bias: { shape: [relativeRows(grid, extra), heads], init: { kind: 'zeros' } } },
    bias: (p) =>
      tidy(() => {
        const pairs = gatherRows(p.get<Tensor2D>('relative_bias'), tensor1d(index, 'int32'));
        return transpose(reshape(pairs, [side, side, heads]), [2, 0, 1]) as Tensor3D;
      }),
  };
}
