import { Reverse, util, type ReverseAttrs, type ReverseInputs } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel.js';
import { copyStrided, rowMajor, stridesOf } from '../strided.js';

/** x with some axes reversed; on bool the stock kernel moves 4 bytes an element and overruns the output. */
export const reverse = kernel<ReverseInputs, ReverseAttrs>(Reverse, ({ inputs: { x }, attrs: { dims }, backend }) => {
  const axes = util.parseAxisParam(dims, x.shape);
  const out = backend.makeOutput(x.shape, x.dtype);
  const strides = stridesOf(x.shape);
  let offset = 0;
  for (const axis of new Set(axes)) {
    offset += (x.shape[axis]! - 1) * strides[axis]!;
    strides[axis]! *= -1;
  }
  copyStrided(backend, x.shape, x, { offset, strides }, out, rowMajor(x.shape));
  return out;
});
