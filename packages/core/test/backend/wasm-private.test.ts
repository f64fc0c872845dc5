import * as tf from '@tensorflow/tfjs';
import { guardAllocation, reserveId, share, viewAs, zeros, type WasmBackend } from '../../src/backend/wasm/backend.js';
import { nativeAccumulate, nativeTranspose } from '../../src/backend/wasm/native.js';
import { multiply, releaseRight, viewRight } from '../../src/backend/wasm/xnnpack.js';
import { BackendError } from '../../src/errors.js';
import { useWasm } from './wasm-against-cpu.js';

// What d2v takes from the inside of tfjs-backend-wasm. A failure here means: the package changed.
let backend: WasmBackend;

beforeAll(async () => {
  backend = await useWasm();
});

const offset = (x: { dataId: object }): number => backend.dataIdMap.get(x.dataId).memoryOffset;

test('dataIdMap knows the number and address of a tensor', () => {
  const x = tf.tensor1d([1.5, 2.5]);
  const record = backend.dataIdMap.get(x.dataId);
  expect(record.id).toBeGreaterThan(0);
  expect(record.memoryOffset % 4).toBe(0);
  expect(Array.from(backend.wasm.HEAPF32.subarray(record.memoryOffset / 4, record.memoryOffset / 4 + 2))).toEqual([
    1.5, 2.5,
  ]);
  x.dispose();
});

test('the heap views are one memory', () => {
  const { HEAPU8, HEAP32, HEAPF32 } = backend.wasm;
  expect(HEAP32.buffer).toBe(HEAPF32.buffer);
  expect(HEAPU8.buffer).toBe(HEAPF32.buffer);
});

test('makeOutput, incRef and disposeData count references', () => {
  const before = backend.numDataIds();
  const x = backend.makeOutput([3], 'float32');
  expect(x).toMatchObject({ shape: [3], dtype: 'float32' });
  expect(backend.numDataIds()).toBe(before + 1);
  const shared = share(backend, x, [3, 1]);
  expect(shared).toEqual({ dataId: x.dataId, shape: [3, 1], dtype: 'float32' });
  expect(backend.disposeData(x.dataId)).toBe(false);
  expect(backend.numDataIds()).toBe(before + 1);
  expect(backend.disposeData(shared.dataId)).toBe(true);
  expect(backend.numDataIds()).toBe(before);
});

test('numbers are reserved once', () => {
  const first = reserveId(backend);
  const x = backend.makeOutput([1], 'int32');
  expect(reserveId(backend)).toBeGreaterThan(first);
  expect(backend.dataIdMap.get(x.dataId).id).toBeGreaterThan(first);
  backend.disposeData(x.dataId);
});

test('cwrap with numbers, registerTensor and disposeData multiply blocks of the heap', () => {
  const x = tf.tensor2d([
    [9, 9],
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const out = zeros(backend, [2, 2]);
  const right = viewRight(backend, offset(x) + 4 * 4, 2, 2);
  multiply(backend, 1, offset(x) + 2 * 4, right, offset(out) + 2 * 4);
  releaseRight(backend, right);
  const start = offset(out) / 4;
  expect(Array.from(backend.wasm.HEAPF32.subarray(start, start + 4))).toEqual([0, 0, 1 * 3 + 2 * 5, 1 * 4 + 2 * 6]);
  backend.disposeData(out.dataId);
  x.dispose();
});

test('the C transpose takes merged axes of each dtype', () => {
  for (const dtype of ['float32', 'int32', 'bool'] as const) {
    const x = tf.tensor([1, 0, 1, 0, 0, 1], [6], dtype);
    const out = backend.makeOutput([3, 2], dtype);
    nativeTranspose(backend, x, [2, 3], [1, 0], out);
    const result = tf.engine().makeTensorFromTensorInfo(viewAs(out, [6]));
    expect(Array.from(result.dataSync())).toEqual([1, 0, 0, 0, 1, 1]);
    tf.dispose([x, result]);
  }
});

test('the C sum may write over one of its inputs', () => {
  const [x, y] = [tf.range(0, 37), tf.fill([37], 2)];
  nativeAccumulate(backend, offset(x), offset(y), 37);
  expect(Array.from(y.dataSync())).toEqual(Array.from({ length: 37 }, (_, i) => i + 2));
  tf.dispose([x, y]);
});

test('getThreadsCount tells how many threads run', () => {
  expect(backend.wasm.tfjs.getThreadsCount()).toBeGreaterThanOrEqual(1);
});

test('the heap grows under new views, and a full heap throws instead of overwriting its start', () => {
  const { wasm } = backend;
  guardAllocation(backend);
  const before = wasm.HEAPF32;
  const blocks: { dataId: object }[] = [];
  const fill = (): void => {
    for (let i = 0; i < 6; i++) blocks.push(backend.makeOutput([250e6], 'float32'));
  };
  expect(fill).toThrow(BackendError);
  expect(fill).toThrow(/cannot allocate 953\.7 MiB/);
  expect(wasm.HEAPF32).not.toBe(before);
  expect(wasm.HEAPF32.length).toBeGreaterThan(before.length);
  for (const block of blocks) backend.disposeData(block.dataId);
  const x = tf.tensor1d([1, 2, 3]);
  expect(Array.from(x.dataSync())).toEqual([1, 2, 3]);
  x.dispose();
});
