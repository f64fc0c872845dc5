import type { TensorInfo } from '@tensorflow/tfjs-core';
import { ShapeError } from '../../../errors.js';
import { byte } from '../backend.js';
import { kernel } from '../kernel.js';
import { sumColumns } from '../reduction.js';

/**
 * Our own kernel 'ColumnSum': x (R, C) → (C), float32, the sum over rows that the gradient of a bias needs. Code that
 * uses it looks it up with `getKernel('ColumnSum', backend)` and takes `tf.sum(x, 0)` where it is missing.
 *
 * @throws ShapeError unless x is a float32 matrix
 */
export const columnSum = kernel<{ x: TensorInfo }>('ColumnSum', ({ inputs: { x }, backend }) => {
  if (x.shape.length !== 2 || x.dtype !== 'float32') {
    throw new ShapeError(`ColumnSum: x must be a float32 matrix (rows, columns), got ${x.dtype} [${x.shape}]`);
  }
  const [rows, columns] = x.shape as [number, number];
  const out = backend.makeOutput([columns], 'float32');
  sumColumns(backend, byte(backend, x), byte(backend, out), rows, columns);
  return out;
});
