import { util, type DataType, type TensorInfo } from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';

/**
 * Everything that d2v uses of `@tensorflow/tfjs-backend-wasm` 4.22.0 beyond its public interface, typed in this one
 * file. `test/backend/wasm-private.test.ts` exercises each member, so that another version of the package fails there.
 */

/** A tensor's bookkeeping: its number in C++ and the byte offset of its first element on the heap. */
export interface TensorRecord {
  readonly id: number;
  readonly memoryOffset: number;
}

/** The Emscripten module: one linear memory, seen through typed arrays that are replaced whenever it grows. */
export interface WasmModule {
  readonly HEAPU8: Uint8Array;
  readonly HEAP32: Int32Array;
  readonly HEAPF32: Float32Array;
  /** Byte offset of a new block (as a signed number above 2 GiB), 0 when the heap is full. */
  _malloc: (bytes: number) => number;
  _free: (offset: number) => void;
  /** With numeric arguments only, the C function itself. */
  cwrap(name: string, returns: 'number' | null, args: readonly 'number'[]): (...args: number[]) => unknown;
  readonly tfjs: {
    /** Tells C++ that tensor `id` has `size` elements at byte `offset`. */
    registerTensor(id: number, size: number, offset: number): void;
    /** Forgets tensor `id` and what C++ cached for it (packed weights); does not free its memory. */
    disposeData(id: number): void;
    getThreadsCount(): number;
  };
}

/** The backend object that kernels are called with. */
export interface WasmBackend {
  readonly wasm: WasmModule;
  /** Source of tensor numbers; private in the backend's own types. */
  dataIdNextNumber: number;
  readonly dataIdMap: { get(dataId: object): TensorRecord };
  /** Allocates an uninitialised tensor with one reference. May replace the heap's typed arrays. */
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
  incRef(dataId: object): void;
  /** Drops a reference and frees the memory with the last one. */
  disposeData(dataId: object): boolean;
  numDataIds(): number;
}

/** Index of the first element in `HEAP32` or `HEAPF32` of a tensor with 4 bytes an element. */
export function element(backend: WasmBackend, x: TensorInfo): number {
  return backend.dataIdMap.get(x.dataId).memoryOffset >>> 2;
}

/** Byte offset of the first element: the index in `HEAPU8` of a bool tensor. */
export function byte(backend: WasmBackend, x: TensorInfo): number {
  return backend.dataIdMap.get(x.dataId).memoryOffset;
}

/** A new float32 or int32 tensor of zeros. */
export function zeros(
  backend: WasmBackend,
  shape: readonly number[],
  dtype: 'float32' | 'int32' = 'float32',
): TensorInfo {
  const out = backend.makeOutput([...shape], dtype);
  const start = element(backend, out);
  backend.wasm.HEAP32.fill(0, start, start + util.sizeFromShape(out.shape));
  return out;
}

/** `x` under another shape for the length of a call: no reference is taken. */
export function viewAs({ dataId, dtype }: TensorInfo, shape: readonly number[]): TensorInfo {
  return { dataId, dtype, shape: [...shape] };
}

/** `x` under another shape, sharing its memory. */
export function share(backend: WasmBackend, x: TensorInfo, shape: readonly number[]): TensorInfo {
  backend.incRef(x.dataId);
  return viewAs(x, shape);
}

/** A tensor number that no other tensor of the backend has. */
export function reserveId(backend: WasmBackend): number {
  return backend.dataIdNextNumber++;
}

const guarded = new WeakSet<WasmModule>();

/**
 * Makes an allocation that does not fit into the heap throw. The backend itself takes the allocator's 0 for an
 * address and overwrites whatever lies at the start of the heap.
 */
export function guardAllocation(backend: WasmBackend): void {
  const { wasm } = backend;
  if (guarded.has(wasm)) return;
  guarded.add(wasm);
  // The first call replaces the property by the C function, and would undo ours.
  wasm._free(wasm._malloc(1));
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const offset = allocate(bytes);
    if (offset === 0 && bytes > 0) {
      throw new BackendError(
        `the wasm backend cannot allocate ${(bytes / 2 ** 20).toFixed(1)} MiB: its heap of at most 4 GiB is full`,
        {
          hint: 'use smaller batches or a smaller model, or a backend without this limit (tfjs-node, webgpu)',
        },
      );
    }
    return offset;
  };
}
