import { Transpose, type TensorInfo, type TransposeAttrs, type TransposeInputs } from '@tensorflow/tfjs-core';
import { share, type WasmBackend } from '../backend.js';
import { kernel } from '../kernel.js';
import { copyStrided, rowMajor, stridesOf } from '../strided.js';

/** Transpose as one strided copy with merged axes and cache tiles; the stock kernel computes every index by division. */
export const transpose = kernel<TransposeInputs, TransposeAttrs>(
  Transpose,
  ({ inputs: { x }, attrs: { perm }, backend }) => transposed(backend, x, perm),
);

/** x with its axes in the order `perm`; shares the memory of x where the order of elements stays. */
export function transposed(backend: WasmBackend, x: TensorInfo, perm: readonly number[]): TensorInfo {
  const shape = perm.map((axis) => x.shape[axis]!);
  const moving = perm.filter((axis) => x.shape[axis] !== 1);
  if (moving.every((axis, i) => i === 0 || axis > moving[i - 1]!)) return share(backend, x, shape);
  const out = backend.makeOutput(shape, x.dtype);
  const strides = stridesOf(x.shape);
  copyStrided(backend, shape, x, { offset: 0, strides: perm.map((axis) => strides[axis]!) }, out, rowMajor(shape));
  return out;
}
