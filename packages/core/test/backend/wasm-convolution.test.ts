import * as tf from '@tensorflow/tfjs';
import { groupedConv2d } from '../../src/index.js';
import { expectSameValues, expectSameValuesAndGradients, floats, ints, useWasm, valuesOn } from './wasm-against-cpu.js';

beforeAll(useWasm);

type Pad = 'same' | 'valid' | number;
const windows: [number, number, Pad][] = [
  [1, 1, 'valid'],
  [1, 2, 'same'],
  [2, 1, 'same'],
  [2, 2, 'valid'],
  [3, 1, 'same'],
  [3, 1, 1],
  [3, 2, 'same'],
  [3, 2, 1],
  [3, 2, 'valid'],
  [4, 3, 'same'],
];

describe.each(windows)('kernel %i, stride %i, padding %s', (kernel, stride, pad) => {
  test('conv2d and its gradients match cpu', async () => {
    const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
    await expectSameValuesAndGradients(f, floats([2, 7, 6, 3]), floats([kernel, kernel, 3, 5], 2));
  });

  test('depthwise conv2d and its gradients match cpu', async () => {
    const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
      tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
    await expectSameValuesAndGradients(f, floats([2, 7, 6, 3]), floats([kernel, kernel, 3, 2], 2));
    await expectSameValuesAndGradients(f, floats([1, 5, 9, 4]), floats([kernel, kernel, 4, 1], 2));
  });

  test('max pooling and its gradient match cpu', async () => {
    await expectSameValuesAndGradients(
      (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, kernel, stride, pad),
      floats([2, 7, 6, 3]),
    );
  });
});

test.each(['same', 'valid'] as const)('conv1d with padding %s and its gradients match cpu', async (pad) => {
  const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 5, pad);
  await expectSameValuesAndGradients(f, floats([2, 41, 1]), floats([10, 1, 6], 2));
});

test('filters of unequal sides and strides match cpu', async () => {
  const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, [2, 1], 'same');
  await expectSameValuesAndGradients(f, floats([1, 9, 5, 2]), floats([4, 3, 2, 3], 2));
});

test('patches with more channels than one group of taps match cpu', async () => {
  const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 3, 'valid');
  await expectSameValuesAndGradients(f, floats([1, 7, 6, 100]), floats([3, 3, 100, 4], 2));
  await expectSameValuesAndGradients(f, floats([1, 3, 4, 300]), floats([2, 2, 300, 3], 2));
});

test('a filter taller than the input meets padding only in part', async () => {
  const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');
  await expectSameValuesAndGradients(f, floats([1, 2, 3, 2]), floats([7, 5, 2, 3], 2));
});

test('explicit padding of each side matches cpu', async () => {
  const pad: [[number, number], [number, number], [number, number], [number, number]] = [
    [0, 0],
    [2, 0],
    [0, 1],
    [0, 0],
  ];
  const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, pad);
  await expectSameValuesAndGradients(f, floats([1, 4, 5, 2]), floats([3, 2, 2, 3], 2));
});

test.each([1, 2])('transposed convolution with stride %i and its gradients match cpu', async (stride) => {
  const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
    tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, 4 * stride, 3 * stride, 3], stride, 'same');
  await expectSameValuesAndGradients(f, floats([2, 4, 3, 5]), floats([3, 3, 3, 5], 2));
});

test('equal maxima send the gradient to the first, as on cpu', async () => {
  await expectSameValuesAndGradients(
    (x: tf.Tensor, offset: tf.Tensor) => tf.maxPool(tf.add(tf.cast(x, 'float32'), offset) as tf.Tensor4D, 3, 2, 'same'),
    ints([2, 6, 7, 3], 0, 3),
    { data: new Float32Array(2 * 6 * 7 * 3), shape: [2, 6, 7, 3], dtype: 'float32' },
  );
});

test('an empty batch has empty gradients and a filter gradient of 0', async () => {
  const call = { strides: 1, pad: 'same', dataFormat: 'NHWC', filterShape: [3, 3, 2, 4] };
  const filter = (x: tf.Tensor, dy: tf.Tensor): tf.Tensor =>
    tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, call) as tf.Tensor;
  const [gradient] = await valuesOn('wasm', filter, [floats([0, 5, 5, 2]), floats([0, 5, 5, 4])]);
  expect(gradient).toEqual({ shape: [3, 3, 2, 4], dtype: 'float32', values: new Array(72).fill(0) });
  const input = (dy: tf.Tensor, w: tf.Tensor): tf.Tensor =>
    tf.engine().runKernel('Conv2DBackpropInput', { dy, filter: w }, { ...call, inputShape: [0, 5, 5, 2] }) as tf.Tensor;
  await expectSameValues(input, floats([0, 5, 5, 4]), floats([3, 3, 2, 4]));
});

test('refuses channels-first data', async () => {
  const f = (x: tf.Tensor, dy: tf.Tensor): tf.Tensor =>
    tf
      .engine()
      .runKernel(
        'Conv2DBackpropFilter',
        { x, dy },
        { strides: 1, pad: 'same', dataFormat: 'NCHW', filterShape: [1, 1, 2, 2] },
      ) as tf.Tensor;
  await expect(valuesOn('wasm', f, [floats([1, 2, 3, 3]), floats([1, 2, 3, 3])])).rejects.toThrow(/NHWC/);
});

test.each([
  [
    [2, 7, 6, 8],
    [3, 3, 4, 6],
  ],
  [
    [1, 5, 4, 6],
    [5, 2, 1, 12],
  ],
  [
    [3, 1, 9, 4],
    [1, 4, 4, 2],
  ],
  [
    [2, 3, 3, 300],
    [3, 3, 150, 4],
  ],
])('grouped convolution of %j with a kernel %j and its gradients match cpu', async (input, kernel) => {
  const groups = input[3]! / kernel[2]!;
  const f = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor =>
    groupedConv2d(x as tf.Tensor4D, w as tf.Tensor4D, b, groups);
  await expectSameValuesAndGradients(f, floats(input), floats(kernel, 2), floats([kernel[3]!], 3));
});
