import { add, concat, matMul, pad, reshape, slice, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
import { differentiable } from './differentiable.js';
import { asRows, columnSum } from './linear.js';

/**
 * 1-D convolution without padding, T' = ⌊(T − k)/stride⌋ + 1 (reference: data2vec1.md §4.2).
 *
 * The sequence is cut into chunks of `stride` steps, so that a window is ⌈k/stride⌉ neighbouring chunks side by side and
 * the convolution one matrix product with T' rows. The gradients are matrix products of the same windows, which
 * are made again rather than kept.
 *
 * @param x (N, T, C)
 * @param weight (k, C, O)
 * @param bias (O)
 * @returns (N, T', O)
 * @throws ShapeError when the channels do not agree or x is shorter than the kernel
 */
export function conv1d(x: Tensor3D, weight: Tensor3D, stride: number, bias?: Tensor): Tensor3D {
  const [rows, steps, channels] = x.shape;
  const [kernel, inputs, outputs] = weight.shape;
  if (channels !== inputs || steps < kernel) {
    throw new ShapeError(
      `conv1d: a kernel (${weight.shape}) needs at least ${kernel} steps of ${inputs} channels, got x (${x.shape})`,
    );
  }
  const geometry: Geometry = { kernel, stride, steps, frames: Math.floor((steps - kernel) / stride) + 1 };
  const size = kernel * channels;
  return differentiable(
    bias ? [x, weight, bias] : [x, weight],
    (save) => {
      save([x, weight]);
      const y = matMul(asRows(unfold(x, geometry)), reshape(weight, [size, outputs]));
      return reshape(bias ? add(y, bias) : y, [rows, geometry.frames, outputs]);
    },
    (dy, [x, weight]) => {
      const byFrame = asRows(dy);
      const matrix = reshape(weight!, [size, outputs]);
      const dWindows = reshape(matMul(byFrame, matrix, false, true), [rows, geometry.frames, size]) as Tensor3D;
      const dWeight = reshape(matMul(asRows(unfold(x as Tensor3D, geometry)), byFrame, true, false), weight!.shape);
      const dx = fold(dWindows, geometry);
      return bias ? [dx, dWeight, columnSum(byFrame)] : [dx, dWeight];
    },
  );
}

interface Geometry {
  readonly kernel: number;
  readonly stride: number;
  /** T and T'. */
  readonly steps: number;
  readonly frames: number;
}

/** Taps of the kernel in each chunk of a window. */
function chunkTaps({ kernel, stride }: Geometry): number[] {
  return Array.from({ length: Math.ceil(kernel / stride) }, (_, i) => Math.min(stride, kernel - i * stride));
}

/** Steps that whole chunks of all windows take; those beyond T are zeros that no window holds. */
const chunkedSteps = (geometry: Geometry): number =>
  (geometry.frames + chunkTaps(geometry).length - 1) * geometry.stride;

/** x (N, T, C) cut or filled up to `steps`. */
function withSteps(x: Tensor3D, steps: number): Tensor3D {
  const [rows, own, channels] = x.shape;
  if (own === steps) return x;
  return own > steps ? slice(x, [0, 0, 0], [rows, steps, channels]) : pad(x, [[0, 0], [0, steps - own], [0, 0]]); // prettier-ignore
}

/** Every window: (N, T, C) → (N, T', k·C). */
function unfold(x: Tensor3D, geometry: Geometry): Tensor3D {
  const { stride, frames } = geometry;
  const [rows, , channels] = x.shape;
  const taps = chunkTaps(geometry);
  const steps = chunkedSteps(geometry);
  const chunks = reshape(withSteps(x, steps), [rows, steps / stride, stride * channels]) as Tensor3D;
  const parts = taps.map((count, i) =>
    i === 0 && taps.length === 1 && count === stride
      ? chunks
      : slice(chunks, [0, i, 0], [rows, frames, count * channels]),
  );
  return parts.length === 1 ? parts[0]! : concat(parts, 2);
}

/** The gradient of `unfold`: (N, T', k·C) → (N, T, C), windows added where they overlap. */
function fold(windows: Tensor3D, geometry: Geometry): Tensor3D {
  const { kernel, stride, steps, frames } = geometry;
  const [rows, , size] = windows.shape;
  const channels = size / kernel;
  const taps = chunkTaps(geometry);
  const chunks = taps.map((count, i) => {
    const own =
      taps.length === 1 ? windows : slice(windows, [0, 0, i * stride * channels], [rows, frames, count * channels]);
    const after = taps.length - 1 - i;
    const missing = (stride - count) * channels;
    return after + i + missing === 0 ? own : pad(own, [[0, 0], [i, after], [0, missing]]); // prettier-ignore
  });
  const sum = chunks.reduce((total, chunk) => add(total, chunk));
  return withSteps(reshape(sum, [rows, chunkedSteps(geometry), channels]) as Tensor3D, steps);
}
