import type { TensorInfo } from '@tensorflow/tfjs-core';
import { byte, reserveId, type WasmBackend, type WasmModule } from './backend.js';

/** The backend's C functions that our kernels call themselves, with a little memory to pass shapes in. */
export interface Native {
  /** (a, aShape, aRank, b, bShape, bRank, transposeA, transposeB, out): tensor numbers and addresses. */
  readonly batchMatMul: (...args: number[]) => unknown;
  /**
   * (x, images, height, width, filter, kh, kw, padding above, right, below, left, 1 for 'same', dilations, strides, C, O,
   * out): tensor numbers and sizes.
   */
  readonly conv2d: (...args: number[]) => unknown;
  /** (a, aShape, aRank, b, bShape, bRank, dtype, out): tensor numbers and addresses. */
  readonly add: (...args: number[]) => unknown;
  /** (x, shape, rank, dtype, out, perm, rank): tensor numbers and addresses. */
  readonly transpose: (...args: number[]) => unknown;
  /** Byte offset of `SCRATCH_WORDS` words, free to use for the length of a call. */
  readonly scratch: number;
  /** Tensor numbers of our views. */
  readonly left: number;
  readonly right: number;
  readonly out: number;
}

const SCRATCH_WORDS = 16;

const natives = new WeakMap<WasmModule, Native>();

export function native(backend: WasmBackend): Native {
  const { wasm } = backend;
  let found = natives.get(wasm);
  if (!found) {
    const numbers = (count: number): 'number'[] => new Array<'number'>(count).fill('number');
    found = {
      batchMatMul: wasm.cwrap('BatchMatMul', null, numbers(9)),
      conv2d: wasm.cwrap('Conv2D', null, numbers(19)),
      add: wasm.cwrap('Add', null, numbers(8)),
      transpose: wasm.cwrap('Transpose', null, numbers(7)),
      scratch: wasm._malloc(SCRATCH_WORDS * 4) >>> 0,
      left: reserveId(backend),
      right: reserveId(backend),
      out: reserveId(backend),
    };
    natives.set(wasm, found);
  }
  return found;
}

/** The numbers that C++ gives the dtypes. */
const DTYPES: Readonly<Record<string, number>> = { float32: 0, int32: 1, bool: 2 };

/** The stock transpose of x under `shape` (merged axes) to `out`: compiled loops up to rank 4. */
export function nativeTranspose(
  backend: WasmBackend,
  x: TensorInfo,
  shape: readonly number[],
  perm: readonly number[],
  out: TensorInfo,
): void {
  const { transpose, scratch, left, out: target } = native(backend);
  const { wasm } = backend;
  const size = shape.reduce((product, axis) => product * axis, 1);
  wasm.HEAP32.set(shape, scratch >>> 2);
  wasm.HEAP32.set(perm, (scratch >>> 2) + shape.length);
  wasm.tfjs.registerTensor(left, size, byte(backend, x));
  wasm.tfjs.registerTensor(target, size, byte(backend, out));
  transpose(left, scratch, shape.length, DTYPES[x.dtype]!, target, scratch + 4 * shape.length, perm.length);
  wasm.tfjs.disposeData(left);
  wasm.tfjs.disposeData(target);
}

/** to[i] += from[i] for `size` floats at byte offsets, several at a time. */
export function nativeAccumulate(backend: WasmBackend, from: number, to: number, size: number): void {
  const { add, scratch, left, out } = native(backend);
  const { wasm } = backend;
  wasm.HEAP32[scratch >>> 2] = size;
  wasm.tfjs.registerTensor(left, size, from);
  wasm.tfjs.registerTensor(out, size, to);
  add(out, scratch, 1, left, scratch, 1, DTYPES['float32']!, out);
  wasm.tfjs.disposeData(left);
  wasm.tfjs.disposeData(out);
}
