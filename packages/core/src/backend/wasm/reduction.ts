import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { byte, element, viewAs, zeros, type WasmBackend } from './backend.js';
import { transposed } from './kernels/transpose.js';
import { nativeAccumulate } from './native.js';

/** Reduces the last axis of x (outer, reduced) with the backend's own kernel, which is fast there. */
type ReduceLast = (x: TensorInfo) => TensorInfo;

interface Reduction {
  readonly x: TensorInfo;
  readonly axis: number | number[];
  readonly keepDims: boolean | undefined;
  readonly backend: WasmBackend;
  /** Divide by the number of elements. */
  readonly mean: boolean;
}

/**
 * Sum or mean over any axes. Stock kernels transpose everything but a reduction of the last axes, element by element,
 * and leave the output of an empty reduction uninitialised.
 */
export function reduce({ x, axis, keepDims, backend, mean }: Reduction, reduceLast: ReduceLast): TensorInfo {
  const axes = util.parseAxisParam(axis, x.shape);
  const [outShape, reducedShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = keepDims ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape;
  const reduced = util.sizeFromShape(reducedShape);
  const kept = util.sizeFromShape(outShape);

  if (reduced * kept === 0) {
    return zeros(backend, shape, mean || x.dtype === 'float32' ? 'float32' : 'int32');
  }

  const split = splitAxes(x.shape, new Set(axes));
  if (split && split.inner === 1) return { ...reduceLast(viewAs(x, [split.outer, reduced])), shape };
  if (split && x.dtype === 'float32') {
    const out = backend.makeOutput(shape, 'float32');
    const from = byte(backend, x);
    const to = byte(backend, out);
    for (let o = 0; o < split.outer; o++) {
      sumColumns(backend, from + o * reduced * split.inner * 4, to + o * split.inner * 4, reduced, split.inner);
    }
    if (mean) divide(backend, out, reduced);
    return out;
  }
  const last = [...x.shape.keys()].sort((a, b) => Number(axes.includes(a)) - Number(axes.includes(b)));
  const moved = transposed(backend, x, last);
  const out = reduceLast(viewAs(moved, [kept, reduced]));
  backend.disposeData(moved.dataId);
  return { ...out, shape };
}

function divide(backend: WasmBackend, x: TensorInfo, divisor: number): void {
  const heap = backend.wasm.HEAPF32;
  const start = element(backend, x);
  const end = start + util.sizeFromShape(x.shape);
  for (let i = start; i < end; i++) heap[i]! /= divisor;
}

/** `shape` as (outer, reduced, inner) where the reduced axes are neighbours, not counting axes of size 1. */
function splitAxes(shape: readonly number[], axes: ReadonlySet<number>): { outer: number; inner: number } | undefined {
  const parts: { reduced: boolean; size: number }[] = [];
  shape.forEach((size, i) => {
    if (size === 1) return;
    const reduced = axes.has(i);
    const last = parts.at(-1);
    if (last?.reduced === reduced) last.size *= size;
    else parts.push({ reduced, size });
  });
  const at = parts.findIndex((part) => part.reduced);
  if (at < 0) return { outer: parts[0]?.size ?? 1, inner: 1 };
  if (at > 1 || parts.length > at + 2) return undefined;
  return { outer: at === 1 ? parts[0]!.size : 1, inner: parts[at + 1]?.size ?? 1 };
}

/** Rows that are added up side by side, and the number of elements from which that pays for its calls. */
const BLOCK = 64;
const LARGE = 1 << 16;

/** out[c] = Σ_r x[r · columns + c] for float32 blocks at byte offsets `x` and `out`. */
export function sumColumns(backend: WasmBackend, x: number, out: number, rows: number, columns: number): void {
  if (rows * columns < LARGE || rows < 2 * BLOCK) {
    addRows(backend.wasm.HEAPF32, x >>> 2, out >>> 2, rows, columns);
    return;
  }
  // BLOCK partial sums per column, added by XNNPACK: one pass over x, and rounding close to pairwise summation.
  const partial = zeros(backend, [BLOCK, columns]);
  const sums = byte(backend, partial);
  for (let r = 0; r < rows; r += BLOCK) {
    nativeAccumulate(backend, x + r * columns * 4, sums, Math.min(BLOCK, rows - r) * columns);
  }
  addRows(backend.wasm.HEAPF32, sums >>> 2, out >>> 2, BLOCK, columns);
  backend.disposeData(partial.dataId);
}

/** The same in JavaScript; eight rows are added in double precision before they are rounded. */
function addRows(heap: Float32Array, x: number, out: number, rows: number, columns: number): void {
  heap.fill(0, out, out + columns);
  let r = 0;
  for (; r + 8 <= rows; r += 8) {
    let a = x + r * columns;
    for (let c = 0; c < columns; c++, a++) {
      const first = heap[a]! + heap[a + columns]! + (heap[a + 2 * columns]! + heap[a + 3 * columns]!);
      const second =
        heap[a + 4 * columns]! + heap[a + 5 * columns]! + (heap[a + 6 * columns]! + heap[a + 7 * columns]!);
      heap[out + c]! += first + second;
    }
  }
  for (; r < rows; r++) {
    const a = x + r * columns;
    for (let c = 0; c < columns; c++) heap[out + c]! += heap[a + c]!;
  }
}
