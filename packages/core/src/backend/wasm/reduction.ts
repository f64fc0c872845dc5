import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { element, viewAs, type WasmBackend } from './backend.js';
import { transposed } from './kernels/transpose.js';

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
    const out = backend.makeOutput(shape, mean ? 'float32' : x.dtype);
    const start = element(backend, out);
    // int32 sums of nothing are 0 in either view.
    backend.wasm.HEAPF32.fill(mean ? NaN : 0, start, start + kept);
    return out;
  }

  const split = splitAxes(x.shape, new Set(axes));
  if (split && split.inner === 1) return { ...reduceLast(viewAs(x, [split.outer, reduced])), shape };
  if (split && x.dtype === 'float32') {
    const out = backend.makeOutput(shape, 'float32');
    const from = element(backend, x);
    const to = element(backend, out);
    for (let o = 0; o < split.outer; o++) {
      sumColumns(
        backend.wasm.HEAPF32,
        from + o * reduced * split.inner,
        to + o * split.inner,
        reduced,
        split.inner,
        mean ? reduced : 1,
      );
    }
    return out;
  }
  const last = [...x.shape.keys()].sort((a, b) => Number(axes.includes(a)) - Number(axes.includes(b)));
  const moved = transposed(backend, x, last);
  const out = reduceLast(viewAs(moved, [kept, reduced]));
  backend.disposeData(moved.dataId);
  return { ...out, shape };
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

/**
 * heap[to + c] = Σ_r heap[from + r · columns + c] / divisor. Eight rows are added in double precision before they are
 * rounded, which also reads and writes the sums an eighth as often.
 */
export function sumColumns(
  heap: Float32Array,
  from: number,
  to: number,
  rows: number,
  columns: number,
  divisor = 1,
): void {
  heap.fill(0, to, to + columns);
  let r = 0;
  for (; r + 8 <= rows; r += 8) {
    let a = from + r * columns;
    const b = a + columns;
    const shift = 2 * columns;
    for (let c = 0; c < columns; c++, a++) {
      const first = heap[a]! + heap[b + c]!;
      const second = heap[a + shift]! + heap[b + c + shift]!;
      const third = heap[a + 2 * shift]! + heap[b + c + 2 * shift]!;
      const fourth = heap[a + 3 * shift]! + heap[b + c + 3 * shift]!;
      heap[to + c]! += first + second + (third + fourth);
    }
  }
  for (; r < rows; r++) {
    const a = from + r * columns;
    for (let c = 0; c < columns; c++) heap[to + c]! += heap[a + c]!;
  }
  if (divisor !== 1) for (let c = 0; c < columns; c++) heap[to + c]! /= divisor;
}
