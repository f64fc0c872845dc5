import { Mean, type MeanAttrs, type MeanInputs } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel.js';
import { reduce } from '../reduction.js';

/** Mean over any axes: fast for leading and middle axes (pooling over tokens), 0 for empty ones (as on the cpu backend). */
export const mean = kernel<MeanInputs, MeanAttrs>(
  Mean,
  ({ inputs: { x }, attrs: { axis, keepDims }, backend }, stock) =>
    reduce({ x, axis, keepDims, backend, mean: true }, (rows) =>
      stock({ inputs: { x: rows }, attrs: { axis: [1], keepDims: false }, backend }),
    ),
);
