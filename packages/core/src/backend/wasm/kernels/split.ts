import { backend_util, SplitV, util, type SplitVAttrs, type SplitVInputs } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel.js';
import { sliced } from './slice.js';

/** Blocks of x along one axis; the stock kernel copies all of x out of the heap once for each block. */
export const split = kernel<SplitVInputs, SplitVAttrs>(SplitV, ({ inputs: { x }, attrs, backend }, stock) => {
  if (x.dtype === 'string') return stock({ inputs: { x }, attrs, backend });
  const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!;
  const begin = x.shape.map(() => 0);
  return backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis).map((length) => {
    const block = sliced(backend, x, begin, x.shape.with(axis, length));
    begin[axis]! += length;
    return block;
  });
});
