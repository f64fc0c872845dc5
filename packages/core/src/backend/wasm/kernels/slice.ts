import { Slice, slice_util, util, type SliceAttrs, type SliceInputs, type TensorInfo } from '@tensorflow/tfjs-core';
import { share, type WasmBackend } from '../backend.js';
import { kernel } from '../kernel.js';
import { copyStrided, rowMajor, stridesOf } from '../strided.js';

/** A block of x; the stock kernel first copies all of x out of the heap. */
export const slice = kernel<SliceInputs, SliceAttrs>(Slice, ({ inputs: { x }, attrs, backend }, stock) => {
  if (x.dtype === 'string') return stock({ inputs: { x }, attrs, backend });
  const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size) as [number[], number[]];
  slice_util.assertParamsValid(x, begin, size);
  return sliced(backend, x, begin, size);
});

/** x[begin : begin + size]; shares the memory of x where that is all of it. */
export function sliced(backend: WasmBackend, x: TensorInfo, begin: readonly number[], size: number[]): TensorInfo {
  if (util.arraysEqual(x.shape, size)) return share(backend, x, size);
  const out = backend.makeOutput(size, x.dtype);
  const strides = stridesOf(x.shape);
  const offset = begin.reduce((sum, start, axis) => sum + start * strides[axis]!, 0);
  copyStrided(backend, size, x, { offset, strides }, out, rowMajor(size));
  return out;
}
