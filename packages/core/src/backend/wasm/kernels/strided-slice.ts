import { slice_util, StridedSlice, util, type StridedSliceAttrs, type StridedSliceInputs } from '@tensorflow/tfjs-core';
import { share, viewAs } from '../backend.js';
import { kernel } from '../kernel.js';
import { copyStrided, rowMajor, stridesOf } from '../strided.js';

/** Every n-th element of a block of x; the stock kernel calls any result float32 and overruns the output on bool. */
export const stridedSlice = kernel<StridedSliceInputs, StridedSliceAttrs>(
  StridedSlice,
  ({ inputs: { x }, attrs, backend }) => {
    const plan = slice_util.sliceInfo(
      x.shape,
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    );
    if (plan.isIdentity) return share(backend, x, plan.finalShape);
    const out = backend.makeOutput(plan.finalShape, x.dtype);
    const { begin, strides: steps, end } = plan;
    // Over all axes of x, whereas `finalShapeSparse` leaves out those that `shrinkAxisMask` removes.
    const shape = slice_util.computeOutShape(begin, end, steps);
    if (util.sizeFromShape(shape) === 0) return out;
    const strides = stridesOf(x.shape);
    const offset = strides.reduce((sum, stride, axis) => sum + begin[axis]! * stride, 0);
    const from = { offset, strides: strides.map((stride, axis) => stride * steps[axis]!) };
    copyStrided(backend, shape, x, from, viewAs(out, shape), rowMajor(shape));
    return out;
  },
);
