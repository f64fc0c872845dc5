import type { TensorInfo } from '@tensorflow/tfjs-core';
import { reserveId, type WasmBackend, type WasmModule } from './backend.js';

/**
 * The one fast matrix product of the backend: XNNPACK's fully connected operator, which its C++ kernel uses for a
 * single matrix without transposes. It packs the right-hand side and keeps that copy under the tensor's number until
 * the tensor is disposed; here both sides are views, blocks of the heap under numbers of our own.
 */
interface Product {
  readonly run: (...args: number[]) => unknown;
  /** Byte offsets of two 3-element shapes. */
  readonly leftShape: number;
  readonly rightShape: number;
  readonly left: number;
  readonly right: number;
  readonly out: number;
}

const products = new WeakMap<WasmModule, Product>();

function product(backend: WasmBackend): Product {
  const { wasm } = backend;
  let found = products.get(wasm);
  if (!found) {
    const scratch = wasm._malloc(6 * 4) >>> 0;
    found = {
      run: wasm.cwrap('BatchMatMul', null, new Array<'number'>(9).fill('number')),
      leftShape: scratch,
      rightShape: scratch + 3 * 4,
      left: reserveId(backend),
      right: reserveId(backend),
      out: reserveId(backend),
    };
    products.set(wasm, found);
  }
  return found;
}

/** A matrix (inner, columns) on the right of a product. */
export interface Right {
  readonly id: number;
  readonly inner: number;
  readonly columns: number;
}

/** The right-hand side at byte `offset`; its packed copy lives until `releaseRight`. One view at a time. */
export function viewRight(backend: WasmBackend, offset: number, inner: number, columns: number): Right {
  const { right } = product(backend);
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
  const p = product(backend);
  const heap = wasm.HEAP32;
  heap[p.leftShape >>> 2] = 1;
  heap[(p.leftShape >>> 2) + 1] = rows;
  heap[(p.leftShape >>> 2) + 2] = inner;
  heap[p.rightShape >>> 2] = 1;
  heap[(p.rightShape >>> 2) + 1] = inner;
  heap[(p.rightShape >>> 2) + 2] = columns;
  wasm.tfjs.registerTensor(p.left, rows * inner, left);
  wasm.tfjs.registerTensor(p.out, rows * columns, out);
  p.run(p.left, p.leftShape, 3, right.id, p.rightShape, 3, 0, 0, p.out);
  wasm.tfjs.disposeData(p.left);
  wasm.tfjs.disposeData(p.out);
}
