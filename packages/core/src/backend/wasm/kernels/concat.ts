import {
  backend_util,
  Concat,
  util,
  type ConcatAttrs,
  type ConcatInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { share, type WasmBackend } from '../backend.js';
import { kernel } from '../kernel.js';
import { copyStrided, rowMajor, stridesOf } from '../strided.js';

/** Tensors joined along one axis, each by one strided copy; the stock kernel makes two array views for every row. */
export const concat = kernel<ConcatInputs, ConcatAttrs>(Concat, ({ inputs, attrs, backend }, stock) => {
  if (inputs[0]!.dtype === 'string') return stock({ inputs, attrs, backend });
  const axis = util.parseAxisParam(attrs.axis, inputs[0]!.shape)[0]!;
  return concatenated(backend, inputs, axis);
});

/** `inputs` of one dtype joined along `axis`. */
export function concatenated(backend: WasmBackend, inputs: readonly TensorInfo[], axis: number): TensorInfo {
  const shapes = inputs.map((input) => input.shape);
  backend_util.assertParamsConsistent(shapes, axis);
  const shape = backend_util.computeOutShape(shapes, axis);
  const filled = inputs.filter((input) => util.sizeFromShape(input.shape) > 0);
  if (filled.length === 1) return share(backend, filled[0]!, shape);
  const out = backend.makeOutput(shape, inputs[0]!.dtype);
  const strides = stridesOf(shape);
  let offset = 0;
  for (const input of filled) {
    copyStrided(backend, input.shape, input, rowMajor(input.shape), out, { offset, strides });
    offset += input.shape[axis]! * strides[axis]!;
  }
  return out;
}
