import { conv1d, ShapeError } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { random } from './values.js';

beforeAll(useBackend);

/** TensorFlow.js's own convolution of an image of one row. */
function asImage(x: Tensor3D, weight: Tensor3D, stride: number): Tensor3D {
  const [rows, steps, channels] = x.shape;
  const [kernel, , outputs] = weight.shape;
  const image: Tensor4D = tf.reshape(x, [rows, 1, steps, channels]);
  const y = tf.conv2d(image, tf.reshape(weight, [1, kernel, channels, outputs]), [1, stride], 'valid');
  return tf.reshape(y, [rows, -1, outputs]);
}

// [steps, kernel, stride, input channels, output channels]
describe.each<[string, number, number, number, number, number]>([
  ['kernel 10, stride 5, one channel', 43, 10, 5, 1, 3],
  ['kernel 3, stride 2', 12, 3, 2, 4, 3],
  ['kernel 3, stride 2, steps that fit', 11, 3, 2, 4, 3],
  ['kernel 2, stride 2', 9, 2, 2, 3, 2],
  ['kernel 1, stride 3', 8, 1, 3, 2, 2],
  ['kernel 2, stride 4', 11, 2, 4, 2, 2],
  ['kernel 5, stride 1', 8, 5, 1, 2, 3],
  ['a single window', 4, 4, 2, 2, 2],
])('conv1d, %s', (_name, steps, kernel, stride, inputs, outputs) => {
  const tensors = (): [Tensor3D, Tensor3D, Tensor1D] => [
    random([2, steps, inputs], 'x'),
    random([kernel, inputs, outputs], 'w', 0.5),
    random([outputs], 'b'),
  ];

  test('is a valid convolution', () => {
    tf.tidy(() => {
      const [x, weight, bias] = tensors();
      const expected = asImage(x, weight, stride);
      const close = { rtol: 1e-4, atol: 1e-5 };
      expectAllclose(conv1d(x, weight, stride), expected, close);
      expectAllclose(conv1d(x, weight, stride, bias), tf.add(expected, bias), close);
      expect(conv1d(x, weight, stride).shape).toEqual([2, Math.floor((steps - kernel) / stride) + 1, outputs]);
    });
  });

  test('has the gradients of finite differences, with and without bias', () => {
    tf.tidy(() => {
      const [x, weight, bias] = tensors();
      const f = (x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): Tensor3D =>
        conv1d(x as Tensor3D, weight as Tensor3D, stride, bias);
      checkGradient(f, [x, weight, bias]);
      checkGradient(f, [x, weight]);
    });
  });
});

test('channels that do not agree and sequences shorter than the kernel are refused', () => {
  tf.tidy(() => {
    const weight = random<Tensor3D>([4, 2, 3]);
    expect(() => conv1d(random([1, 8, 3]), weight, 2)).toThrow(ShapeError);
    expect(() => conv1d(random([1, 3, 2]), weight, 2)).toThrow('needs at least 4 steps of 2 channels, got x (1,3,2)');
  });
});
