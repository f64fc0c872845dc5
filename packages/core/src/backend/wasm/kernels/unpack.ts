import { Unpack, util, type UnpackAttrs, type UnpackInputs } from '@tensorflow/tfjs-core';
import { viewAs } from '../backend.js';
import { kernel } from '../kernel.js';
import { sliced } from './slice.js';

/** Slices of x along one axis, without that axis; the stock kernel copies all of x out of the heap for each. */
export const unpack = kernel<UnpackInputs, UnpackAttrs>(Unpack, ({ inputs: { value }, attrs, backend }, stock) => {
  if (value.dtype === 'string') return stock({ inputs: { value }, attrs, backend });
  const axis = util.parseAxisParam(attrs.axis, value.shape)[0]!;
  const shape = value.shape.filter((_, i) => i !== axis);
  return Array.from({ length: value.shape[axis]! }, (_, i) => {
    const begin = value.shape.map((_, at) => (at === axis ? i : 0));
    return viewAs(sliced(backend, value, begin, value.shape.with(axis, 1)), shape);
  });
});
