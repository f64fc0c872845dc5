import { Transpose, type TensorInfo, type TransposeAttrs, type TransposeInputs } from '@tensorflow/tfjs-core';
import { share, type WasmBackend } from '../backend.js';
import { kernel } from '../kernel.js';
import { nativeTranspose } from '../native.js';
import { copyStrided, rowMajor, stridesOf } from '../strided.js';

/**
 * Transpose with merged axes. The stock kernel is kept up to four merged axes; from five up it computes every index by
 * division, and it walks large matrices without cache tiles.
 */
export const transpose = kernel<TransposeInputs, TransposeAttrs>(
  Transpose,
  ({ inputs: { x }, attrs: { perm }, backend }) => transposed(backend, x, perm),
);

/** x with its axes in the order `perm`; shares the memory of x where the order of elements stays. */
export function transposed(backend: WasmBackend, x: TensorInfo, perm: readonly number[]): TensorInfo {
  const shape = perm.map((axis) => x.shape[axis]!);
  const merged = mergedAxes(x.shape, perm);
  if (merged.perm.length <= 1) return share(backend, x, shape);
  const out = backend.makeOutput(shape, x.dtype);
  if (merged.shape.includes(0)) return out;
  const large = merged.perm.length === 2 && Math.min(...merged.shape) >= LARGE_SIDE;
  if (merged.perm.length <= 4 && !large) {
    nativeTranspose(backend, x, merged.shape, merged.perm, out);
    return out;
  }
  const strides = stridesOf(merged.shape);
  const outShape = merged.perm.map((axis) => merged.shape[axis]!);
  const from = { offset: 0, strides: merged.perm.map((axis) => strides[axis]!) };
  copyStrided(backend, outShape, x, from, out, rowMajor(outShape));
  return out;
}

/** Side from which a matrix is copied in tiles. */
const LARGE_SIDE = 256;

/** The same transpose with as few axes as possible: none of size 1, and neighbours that stay neighbours as one. */
function mergedAxes(shape: readonly number[], perm: readonly number[]): { shape: number[]; perm: number[] } {
  const runs: { first: number; last: number; size: number }[] = [];
  const follows = (last: number, axis: number): boolean => {
    for (let i = last + 1; i < axis; i++) if (shape[i] !== 1) return false;
    return axis > last;
  };
  for (const axis of perm) {
    const size = shape[axis]!;
    const run = runs.at(-1);
    if (size === 1) continue;
    if (run && follows(run.last, axis)) {
      run.last = axis;
      run.size *= size;
    } else {
      runs.push({ first: axis, last: axis, size });
    }
  }
  const source = [...runs].sort((a, b) => a.first - b.first);
  return { shape: source.map((run) => run.size), perm: runs.map((run) => source.indexOf(run)) };
}
