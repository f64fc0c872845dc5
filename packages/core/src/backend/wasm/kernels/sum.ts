import { Sum, type SumAttrs, type SumInputs } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel.js';
import { reduce } from '../reduction.js';

/** Sum over any axes: fast for leading and middle axes (gradients of biases and broadcasts), 0 for empty ones. */
export const sum = kernel<SumInputs, SumAttrs>(Sum, ({ inputs: { x }, attrs: { axis, keepDims }, backend }, stock) =>
  reduce({ x, axis, keepDims, backend, mean: false }, (rows) =>
    stock({ inputs: { x: rows }, attrs: { axis: [1], keepDims: false }, backend }),
  ),
);
