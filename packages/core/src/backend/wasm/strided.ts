import { util, type DataType } from '@tensorflow/tfjs-core';
import { byte, element, type WasmBackend } from './backend.js';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/**
 * Copies between strided layouts on the heap: what slice, concat, transpose, reverse and im2col have in common.
 * Offsets and strides count elements; a stride may be negative or 0.
 */
export interface Strided {
  /** Element offset from the tensor's start. */
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Row-major layout of a whole tensor. */
export function rowMajor(shape: readonly number[]): Strided {
  return { offset: 0, strides: stridesOf(shape) };
}

/** Row-major strides with the innermost one included (tfjs's own `computeStrides` leaves it out). */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i]!;
  }
  return strides;
}

/** Copies a block of `shape` from `x` to `out`, which has the same dtype (not string or complex64). */
export function copyStrided(
  backend: WasmBackend,
  shape: readonly number[],
  x: TensorInfo,
  from: Strided,
  out: TensorInfo,
  to: Strided,
): void {
  const { wasm } = backend;
  if (bytesOf(x.dtype) === 4) {
    const heap = wasm.HEAP32;
    walk(shape, element(backend, x), from, element(backend, out), to, (p, a, b) => copyPlane(heap, p, a, b));
  } else {
    const heap = wasm.HEAPU8;
    walk(shape, byte(backend, x), from, byte(backend, out), to, (p, a, b) => copyBytePlane(heap, p, a, b));
  }
}

/** Adds a block of `shape` from `x` to `out`, both float32. */
export function addStrided(
  backend: WasmBackend,
  shape: readonly number[],
  x: TensorInfo,
  from: Strided,
  out: TensorInfo,
  to: Strided,
): void {
  const heap = backend.wasm.HEAPF32;
  walk(shape, element(backend, x), from, element(backend, out), to, (p, a, b) => addPlane(heap, p, a, b));
}

function bytesOf(dtype: DataType): number {
  return util.bytesPerElement(dtype);
}

/** The two innermost loops: `rows` × `columns`, where `columns` runs along the destination. */
interface Plane {
  readonly rows: number;
  readonly columns: number;
  readonly fromRow: number;
  readonly fromColumn: number;
  readonly toRow: number;
  readonly toColumn: number;
}

interface Axis {
  size: number;
  from: number;
  to: number;
}

/** Axes without those of size 1, neighbours merged where both layouts allow it; undefined for an empty block. */
function mergedAxes(shape: readonly number[], from: readonly number[], to: readonly number[]): Axis[] | undefined {
  const axes: Axis[] = [];
  for (let i = 0; i < shape.length; i++) {
    const axis: Axis = { size: shape[i]!, from: from[i]!, to: to[i]! };
    if (axis.size === 0) return undefined;
    if (axis.size === 1) continue;
    const outer = axes.at(-1);
    if (outer && outer.from === axis.size * axis.from && outer.to === axis.size * axis.to) {
      axes[axes.length - 1] = { ...axis, size: outer.size * axis.size };
    } else {
      axes.push(axis);
    }
  }
  return axes;
}

const NONE: Axis = { size: 1, from: 0, to: 0 };

function walk(
  shape: readonly number[],
  fromBase: number,
  from: Strided,
  toBase: number,
  to: Strided,
  visit: (plane: Plane, from: number, to: number) => void,
): void {
  const axes = mergedAxes(shape, from.strides, to.strides);
  if (!axes) return;
  const column = axes.pop() ?? NONE;
  // The partner of the innermost axis is the one whose source elements lie closest together: a tile then reads and
  // writes few cache lines.
  let closest = -1;
  axes.forEach((axis, i) => {
    if (closest < 0 || Math.abs(axis.from) <= Math.abs(axes[closest]!.from)) closest = i;
  });
  const row = closest < 0 ? NONE : axes.splice(closest, 1)[0]!;
  const plane: Plane = {
    rows: row.size,
    columns: column.size,
    fromRow: row.from,
    fromColumn: column.from,
    toRow: row.to,
    toColumn: column.to,
  };
  let a = fromBase + from.offset;
  let b = toBase + to.offset;
  const counter = new Array<number>(axes.length).fill(0);
  for (;;) {
    visit(plane, a, b);
    let i = axes.length - 1;
    for (; i >= 0; i--) {
      const axis = axes[i]!;
      a += axis.from;
      b += axis.to;
      if (++counter[i]! < axis.size) break;
      a -= axis.from * axis.size;
      b -= axis.to * axis.size;
      counter[i] = 0;
    }
    if (i < 0) return;
  }
}

/** Rows of at least this many elements are copied by the engine's memmove. */
const LONG_ROW = 64;
/** Side of a tile in elements: 32 lines of 64 bytes on either side fit any first-level cache. */
const TILE = 32;

function copyPlane(heap: Int32Array, plane: Plane, from: number, to: number): void {
  const { rows, columns, fromRow, fromColumn, toRow, toColumn } = plane;
  if (fromColumn === 1 && toColumn === 1 && columns >= LONG_ROW) {
    for (let r = 0, a = from, b = to; r < rows; r++, a += fromRow, b += toRow) heap.copyWithin(b, a, a + columns);
    return;
  }
  if (fromColumn === 1 && toColumn === 1) {
    for (let r = 0, a = from, b = to; r < rows; r++, a += fromRow, b += toRow) {
      for (let c = 0; c < columns; c++) heap[b + c] = heap[a + c]!;
    }
    return;
  }
  for (let r0 = 0; r0 < rows; r0 += TILE) {
    const rEnd = Math.min(rows, r0 + TILE);
    for (let c0 = 0; c0 < columns; c0 += TILE) {
      const cEnd = Math.min(columns, c0 + TILE);
      let r = r0;
      // Four rows at a time use what a cache line brings while it is there.
      for (; r + 4 <= rEnd; r += 4) {
        let a = from + r * fromRow + c0 * fromColumn;
        let b = to + r * toRow + c0 * toColumn;
        for (let c = c0; c < cEnd; c++) {
          heap[b] = heap[a]!;
          heap[b + toRow] = heap[a + fromRow]!;
          heap[b + 2 * toRow] = heap[a + 2 * fromRow]!;
          heap[b + 3 * toRow] = heap[a + 3 * fromRow]!;
          a += fromColumn;
          b += toColumn;
        }
      }
      for (; r < rEnd; r++) {
        let a = from + r * fromRow + c0 * fromColumn;
        let b = to + r * toRow + c0 * toColumn;
        for (let c = c0; c < cEnd; c++) {
          heap[b] = heap[a]!;
          a += fromColumn;
          b += toColumn;
        }
      }
    }
  }
}

function copyBytePlane(heap: Uint8Array, plane: Plane, from: number, to: number): void {
  const { rows, columns, fromRow, fromColumn, toRow, toColumn } = plane;
  for (let r = 0; r < rows; r++) {
    let a = from + r * fromRow;
    let b = to + r * toRow;
    for (let c = 0; c < columns; c++) {
      heap[b] = heap[a]!;
      a += fromColumn;
      b += toColumn;
    }
  }
}

function addPlane(heap: Float32Array, plane: Plane, from: number, to: number): void {
  const { rows, columns, fromRow, fromColumn, toRow, toColumn } = plane;
  for (let r = 0; r < rows; r++) {
    let a = from + r * fromRow;
    let b = to + r * toRow;
    for (let c = 0; c < columns; c++) {
      heap[b]! += heap[a]!;
      a += fromColumn;
      b += toColumn;
    }
  }
}
