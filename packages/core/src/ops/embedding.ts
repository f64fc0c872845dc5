import { cast, expandDims, gather, mul, notEqual, reshape, unsortedSegmentSum } from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { asRows } from './linear.js';
import { differentiable } from './differentiable.js';

/**
 * Rows of a table by id. The row of the padding id is looked up like any other and never gets a gradient, as with
 * PyTorch's `padding_idx`. The gradient is a segment sum: it costs one addition for each looked-up value, whatever the
 * size of the table.
 *
 * @param table (V, D)
 * @param ids (B, T) int32 in [0, V)
 * @returns (B, T, D)
 */
export function embedding(table: Tensor2D, ids: Tensor2D, padding: number): Tensor3D {
  const [rows, tokens] = ids.shape;
  const [vocabulary, dim] = table.shape;
  return differentiable(
    [table],
    (save) => {
      save([ids]);
      return reshape(gather(table, reshape(ids, [-1]) as Tensor1D), [rows, tokens, dim]) as Tensor3D;
    },
    (dy, [ids]) => {
      const flat = reshape(ids!, [-1]) as Tensor1D;
      const real = expandDims(cast(notEqual(flat, padding), 'float32'), 1);
      return [unsortedSegmentSum(mul(asRows(dy), real), flat, vocabulary)];
    },
  );
}
