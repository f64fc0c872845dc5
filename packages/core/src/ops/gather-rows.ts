import { gather, unsortedSegmentSum, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';

/**
 * Rows of a matrix by index; rows may repeat.
 *
 * @param x (R, C)
 * @param index (N) int32 in [0, R)
 * @returns (N, C)
 */
export function gatherRows(x: Tensor2D, index: Tensor1D): Tensor2D {
  return differentiable(
    [x],
    (save) => {
      save([index]);
      return gather(x, index);
    },
    (dy, [index]) => [unsortedSegmentSum(dy, index as Tensor1D, x.shape[0])],
  );
}
