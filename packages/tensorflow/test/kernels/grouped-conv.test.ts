import { groupedConv2d } from '@d2v/core';
import * as tf from '@tensorflow/tfjs';
import { getKernel } from '@tensorflow/tfjs-core';
import { expectSameAsCpu, nativeTest, values } from '../support/native.js';

describe('GroupedConv2D', () => {
  nativeTest('is registered for this TensorFlow', () => {
    expect(getKernel('GroupedConv2D', 'tensorflow')).toBeDefined();
  });

  const cases = [
    { name: 'odd kernel', grid: [5, 4], kernel: [3, 3], channels: 8, outputs: 12, groups: 4 },
    { name: 'even kernel', grid: [4, 6], kernel: [2, 4], channels: 6, outputs: 6, groups: 3 },
    { name: 'one group', grid: [3, 3], kernel: [3, 3], channels: 4, outputs: 2, groups: 1 },
    { name: 'a row of tokens', grid: [1, 9], kernel: [1, 5], channels: 8, outputs: 8, groups: 8 },
  ] as const;

  for (const { name, grid, kernel, channels, outputs, groups } of cases) {
    nativeTest(`agrees with unfolding on the cpu backend, values and gradients: ${name}`, async () => {
      await expectSameAsCpu(() => {
        const x = values([2, ...grid, channels]) as tf.Tensor4D;
        const weight = values([...kernel, channels / groups, outputs], 1) as tf.Tensor4D;
        const bias = values([outputs], 2);
        const f = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor): tf.Tensor =>
          groupedConv2d(a as tf.Tensor4D, b as tf.Tensor4D, c, groups);
        const weighted = (...args: [tf.Tensor, tf.Tensor, tf.Tensor]): tf.Scalar =>
          tf.sum(tf.mul(f(...args), values([2, ...grid, outputs], 3)));
        return [f(x, weight, bias), ...tf.grads(weighted as (...args: tf.Tensor[]) => tf.Tensor)([x, weight, bias])];
      });
    });
  }
});
