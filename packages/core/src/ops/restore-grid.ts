import { concat, gather, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';

/**
 * Puts visible rows back to their places among filler rows.
 *
 * @param visible (V', C) rows that carry a gradient
 * @param filler (F, C) constant rows
 * @param restore (V' + F) int32: for every grid cell its row in [visible; filler]
 * @param cells (V') int32: the grid cell of every visible row
 * @returns (V' + F, C)
 */
export function restoreGrid(visible: Tensor2D, filler: Tensor2D, restore: Tensor1D, cells: Tensor1D): Tensor2D {
  return differentiable(
    [visible],
    (save) => {
      save([cells]);
      return gather(concat([visible, filler]), restore);
    },
    (dy, [cells]) => [gather(dy, cells as Tensor1D)],
  );
}
