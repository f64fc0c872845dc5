import { jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { nativeBackend } from '../../src/kernels/native.js';
import { expectSameAsCpu, nativeTest, values } from '../support/native.js';

describe('GatherV2', () => {
  const indices = () => tf.tensor1d([3, 0, 3, 1], 'int32');

  nativeTest('gathers along any axis, repeats included, as the cpu backend', () =>
    expectSameAsCpu(() => [tf.gather(values([4, 5]), indices()), tf.gather(values([2, 4, 3]), indices(), 1)]),
  );

  nativeTest('gathers with batch axes as the cpu backend', () =>
    expectSameAsCpu(() => tf.gather(values([2, 4, 3]), tf.tensor2d([3, 0, 1, 1, 2, 0], [2, 3], 'int32'), 1, 1)),
  );

  nativeTest('the gradient scatters back as the cpu backend', () =>
    expectSameAsCpu(() => tf.grad((x: tf.Tensor) => tf.sum(tf.square(tf.gather(x, indices()))))(values([4, 5]))),
  );

  nativeTest('never reads the indices back to JavaScript', () => {
    const read = jest.spyOn(nativeBackend(), 'readSync');
    tf.tidy(() => void tf.gather(values([4, 5]), indices()));
    const reads = read.mock.calls.length;
    read.mockRestore();
    expect(reads).toBe(0);
  });

  nativeTest('an index out of range throws on the CPU', () => {
    if (nativeBackend().isUsingGpuDevice) return;
    const gather = () => tf.tidy(() => tf.gather(values([4, 5]), tf.tensor1d([4], 'int32')).dataSync());
    expect(gather).toThrow(/indices\[0\] = 4 is not in \[0, 4\)/);
  });
});

describe('DenseBincount', () => {
  const x = () => tf.tensor1d([0, 2, 2, 5, 1], 'int32');

  nativeTest('counts, plain and weighted, as the cpu backend', () =>
    expectSameAsCpu(() => [
      tf.denseBincount(x(), tf.tensor1d([]), 4),
      tf.denseBincount(x(), tf.tensor1d([1, 0.5, 0.25, 9, 3]), 6),
      tf.denseBincount(tf.tensor2d([1, 1, 3, 0, 0, 0], [2, 3], 'int32'), tf.tensor2d([], [0, 0]), 4),
    ]),
  );

  nativeTest('says which values occur in binary mode', () => {
    const occurs = tf.tidy(() => tf.denseBincount(x(), tf.tensor1d([]), 5, true).arraySync());
    expect(occurs).toEqual([1, 1, 1, 0, 0]); // the cpu backend counts here: it ignores the mode for one row
  });

  nativeTest('says which values occur in each row as the cpu backend', () =>
    expectSameAsCpu(() =>
      tf.denseBincount(tf.tensor2d([1, 1, 3, 0, 0, 0], [2, 3], 'int32'), tf.tensor2d([], [0, 0]), 4, true),
    ),
  );
});

describe("d2v's own kernels", () => {
  nativeTest('BiasAdd adds a row to every row', () => {
    const y = tf.tidy(() =>
      tf
        .engine()
        .runKernel<tf.Tensor>('BiasAdd', { x: tf.tensor2d([1, 2, 3, 4], [2, 2]), bias: tf.tensor1d([10, 20]) }),
    );
    expect(y.shape).toEqual([2, 2]);
    expect(Array.from(y.dataSync())).toEqual([11, 22, 13, 24]);
    y.dispose();
  });

  nativeTest('ColumnSum equals the sum over rows of the cpu backend', async () => {
    const matrix = () => values([37, 19]);
    const sum = () =>
      tf.getBackend() === 'cpu' ? tf.sum(matrix(), 0) : tf.engine().runKernel<tf.Tensor>('ColumnSum', { x: matrix() });
    await expectSameAsCpu(sum);
  });
});

describe('convolutions and their gradients', () => {
  type Case = [pad: number | 'same' | 'valid', stride: number];
  const cases: Case[] = [
    ['same', 1],
    ['valid', 2],
    [1, 1],
    [2, 2],
  ];

  for (const [pad, stride] of cases) {
    nativeTest(`conv2d with padding ${pad} and stride ${stride} as the cpu backend`, () =>
      expectSameAsCpu(() => {
        const convolve = (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
        const [x, w] = [values([2, 7, 6, 3]), values([3, 3, 3, 4], 1)];
        return [convolve(x, w), ...tf.grads((x: tf.Tensor, w: tf.Tensor) => tf.sum(tf.square(convolve(x, w))))([x, w])];
      }),
    );
  }

  nativeTest('conv2d with a different padding on every side as the cpu backend', () =>
    expectSameAsCpu(() => {
      const pad: [[number, number], [number, number], [number, number], [number, number]] = [[0, 0], [0, 2], [1, 0], [0, 0]]; // prettier-ignore
      const convolve = (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, [1, 2], pad);
      return tf.grads((x: tf.Tensor, w: tf.Tensor) => tf.sum(tf.square(convolve(x, w))))([
        values([2, 5, 6, 3]),
        values([3, 2, 3, 4], 1),
      ]);
    }),
  );

  nativeTest('dilated conv2d with padding 2 as the cpu backend', () =>
    expectSameAsCpu(() =>
      tf.conv2d(values([1, 7, 6, 3]) as tf.Tensor4D, values([3, 3, 3, 4], 1) as tf.Tensor4D, 1, 2, 'NHWC', 2),
    ),
  );
});
