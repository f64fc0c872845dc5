import * as tf from '@tensorflow/tfjs';
import { groupedConv2d } from '../../src/index.js';
import type { WasmBackend } from '../../src/backend/wasm/backend.js';
import { kernels } from '../../src/backend/wasm/kernels/index.js';
import { useWasm } from './wasm-against-cpu.js';

let backend: WasmBackend;

beforeAll(async () => {
  backend = await useWasm();
});

const x = (): tf.Tensor4D => tf.randomUniform<tf.Rank.R4>([2, 12, 10, 6]);
const at = (...indices: number[]): tf.Tensor1D => tf.tensor1d(indices, 'int32');
const columns = (y: tf.Tensor): tf.Tensor => tf.engine().runKernel('ColumnSum', { x: y }) as tf.Tensor;

/** One operation, or gradient, for each of our kernels. */
const operations: Record<string, () => unknown> = {
  BatchMatMul: () =>
    tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, true, false).sum())([
      tf.ones([3, 40, 8]),
      tf.ones([3, 40, 9]),
    ]),
  Cast: () => tf.cast(x(), 'bool'),
  ColumnSum: () => columns(tf.ones([1000, 70])),
  Concat: () => tf.concat([x(), x()], 2),
  Conv2DBackpropFilter: () =>
    tf.grad((w: tf.Tensor) => tf.conv2d(x(), w as tf.Tensor4D, 2, 'same').sum())(tf.ones([3, 3, 6, 5])),
  Conv2DBackpropInput: () =>
    tf.grad((y: tf.Tensor) => tf.conv2d(y as tf.Tensor4D, tf.ones([3, 3, 6, 5]), 2, 'same').sum())(x()),
  DepthwiseConv2dNativeBackpropFilter: () =>
    tf.grad((w: tf.Tensor) => tf.depthwiseConv2d(x(), w as tf.Tensor4D, 1, 'same').sum())(tf.ones([3, 3, 6, 2])),
  DepthwiseConv2dNativeBackpropInput: () =>
    tf.grad((y: tf.Tensor) => tf.depthwiseConv2d(y as tf.Tensor4D, tf.ones([3, 3, 6, 2]), 1, 'same').sum())(x()),
  Einsum: () => tf.einsum('nhwc,nhwd->ncd', x(), x()),
  GatherV2: () => tf.gather(x(), at(1, 0, 1), 1),
  GroupedConv2D: () => groupedConv2d(x(), tf.ones([3, 3, 2, 9]), tf.ones([9]), 3),
  GroupedConv2DBackpropFilter: () =>
    tf.grad((w: tf.Tensor) => groupedConv2d(x(), w as tf.Tensor4D, tf.ones([9]), 3).sum())(tf.ones([3, 3, 2, 9])),
  Identity: () => tf.engine().runKernel('Identity', { x: x() }),
  MaxPoolGrad: () => tf.grad((y: tf.Tensor) => tf.maxPool(y as tf.Tensor4D, 3, 2, 'same').sum())(x()),
  Mean: () => tf.mean(x(), [0, 2]),
  OneHot: () => tf.oneHot(at(1, 2, 0), 4, 1, 0, 'float32'),
  Pack: () => tf.stack([x(), x()], 1),
  Reverse: () => tf.reverse(x(), 1),
  Select: () => tf.where(tf.less(x(), 0.5), tf.less(x(), 0.5), tf.less(x(), 0.1)),
  Slice: () => tf.slice(x(), [0, 1, 0, 2], [2, 3, 4, 2]),
  SplitV: () => tf.split(x(), 3, 3),
  StridedSlice: () => tf.stridedSlice(x(), [0, 0], [2, 12], [1, 3]),
  Sum: () => tf.sum(tf.ones([20, 50, 80]), [0, 1]),
  Transpose: () => tf.transpose(tf.reshape(x(), [2, 3, 4, 10, 2, 3]), [4, 1, 3, 0, 5, 2]),
  Unpack: () => tf.unstack(x(), 1),
  UnsortedSegmentSum: () => tf.unsortedSegmentSum(tf.ones([3, 4]), at(1, 0, 1), 2),
};

test('every kernel is covered', () => {
  expect(Object.keys(operations).sort()).toEqual(kernels.map(({ name }) => name).sort());
});

test.each(Object.entries(operations))('200 calls of %s leave nothing on the heap', (_, operation) => {
  const run = (times: number): void => {
    for (let i = 0; i < times; i++) {
      tf.tidy(() => {
        operation();
      });
    }
  };
  run(20);
  const before = {
    ids: backend.numDataIds(),
    bytes: tf.memory().numBytes,
    heap: backend.wasm.HEAPU8.length,
    free: largestOffset(),
  };
  run(200);
  expect({
    ids: backend.numDataIds(),
    bytes: tf.memory().numBytes,
    heap: backend.wasm.HEAPU8.length,
    free: largestOffset(),
  }).toEqual(before);
});

/** Where the allocator puts a large block: it moves up when smaller ones were not freed. */
function largestOffset(): number {
  const block = backend.makeOutput([1 << 20], 'float32');
  const offset = backend.dataIdMap.get(block.dataId).memoryOffset;
  backend.disposeData(block.dataId);
  return offset;
}
