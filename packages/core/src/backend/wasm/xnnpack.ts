import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmBackend } from './backend.js';
import { native } from './native.js';

/**
 * The one fast matrix product of the backend: XNNPACK's fully connected operator, which its C++ kernel uses for a
 * single matrix without transposes. It packs the right-hand side and keeps that copy under the tensor's number until
 * the tensor is disposed; here both sides are views, blocks of the heap under numbers of our own.
 *
 * A `Right` is the matrix (inner, columns) on the right of a product.
 */
export interface Right {
  readonly id: number;
  readonly inner: number;
  readonly columns: number;
}

/** The right-hand side at byte `offset`; its packed copy lives until `releaseRight`. One view at a time. */
export function viewRight(backend: WasmBackend, offset: number, inner: number, columns: number): Right {
  const { right } = native(backend);
  backend.wasm.tfjs.registerTensor(right, inner * columns, offset);
  return { id: right, inner, columns };
}

export function releaseRight(backend: WasmBackend, right: Right): void {
  backend.wasm.tfjs.disposeData(right.id);
}

/** A whole tensor as right-hand side; its packed copy is kept with the tensor, for weights that are used again. */
export function tensorRight(backend: WasmBackend, x: TensorInfo, inner: number, columns: number): Right {
  return { id: backend.dataIdMap.get(x.dataId).id, inner, columns };
}

/** out (rows, columns) = left (rows, inner) · right, where `left` and `out` are byte offsets of row-major blocks. */
export function multiply(backend: WasmBackend, rows: number, left: number, right: Right, out: number): void {
  const { inner, columns } = right;
  if (rows === 0 || columns === 0) return;
  const { wasm } = backend;
  if (inner === 0) {
    wasm.HEAPF32.fill(0, out >>> 2, (out >>> 2) + rows * columns);
    return;
  }
  const { batchMatMul, scratch, left: leftId, out: outId } = native(backend);
  const heap = wasm.HEAP32;
  const shapes = scratch >>> 2;
  heap[shapes] = 1;
  heap[shapes + 1] = rows;
  heap[shapes + 2] = inner;
  heap[shapes + 3] = 1;
  heap[shapes + 4] = inner;
  heap[shapes + 5] = columns;
  wasm.tfjs.registerTensor(leftId, rows * inner, left);
  wasm.tfjs.registerTensor(outId, rows * columns, out);
  batchMatMul(leftId, scratch, 3, right.id, scratch + 3 * 4, 3, 0, 0, outId);
  wasm.tfjs.disposeData(leftId);
  wasm.tfjs.disposeData(outId);
}

/** A convolution of stride 1 that keeps the grid: x (N, H, W, C) ∗ filter (kh, kw, C, O) → (N, H, W, O). */
export interface Convolution {
  readonly grid: readonly [images: number, height: number, width: number];
  readonly kernel: readonly [number, number];
  /** Rows and columns of zeros above and left of x. */
  readonly before: readonly [number, number];
  readonly inputs: number;
  readonly outputs: number;
}

/** out = x ∗ filter, each a byte offset of a row-major block. */
export function convolve(backend: WasmBackend, x: number, filter: number, out: number, shape: Convolution): void {
  const { grid, kernel, before, inputs, outputs } = shape;
  const [images, height, width] = grid;
  const positions = images * height * width;
  const { conv2d, left, right, out: outId } = native(backend);
  const { tfjs } = backend.wasm;
  const [bottom, end] = [kernel[0] - 1 - before[0], kernel[1] - 1 - before[1]];
  tfjs.registerTensor(left, positions * inputs, x);
  tfjs.registerTensor(right, kernel[0] * kernel[1] * inputs * outputs, filter);
  tfjs.registerTensor(outId, positions * outputs, out);
  const padding = [before[0], end, bottom, before[1], 0] as const;
  conv2d(left, ...grid, right, ...kernel, ...padding, 1, 1, 1, 1, inputs, outputs, outId);
  for (const id of [left, right, outId]) tfjs.disposeData(id);
}
