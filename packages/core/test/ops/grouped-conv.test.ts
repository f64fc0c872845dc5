import { groupedConv1d, groupedConv2d, ShapeError } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { random } from './values.js';

beforeAll(useBackend);

/** One tf.conv2d per group, padded by ⌊k/2⌋ and cut to the grid. */
function perGroup(x: Tensor4D, weight: Tensor4D, bias: Tensor1D, groups: number): Tensor4D {
  const [kh, kw] = weight.shape;
  const [rows, height, width] = x.shape;
  const side = (k: number): [number, number] => [Math.floor(k / 2), Math.floor(k / 2)];
  const padded: Tensor4D = tf.pad(x, [[0, 0], side(kh), side(kw), [0, 0]]);
  const inputs = tf.split(padded, groups, 3);
  const weights = tf.split(weight, groups, 3);
  const outputs = inputs.map((input, g) => {
    return tf.slice(
      tf.conv2d(input as Tensor4D, weights[g]! as Tensor4D, 1, 'valid'),
      [0, 0, 0, 0],
      [rows, height, width, -1],
    );
  });
  return tf.add(tf.concat(outputs, 3), bias);
}

type Case = [
  name: string,
  grid: [number, number],
  kernel: [number, number],
  inputs: number,
  outputs: number,
  groups: number,
];

const CASES: Case[] = [
  ['3×3, one group', [4, 4], [3, 3], 4, 6, 1],
  ['3×3, two groups', [4, 4], [3, 3], 4, 6, 2],
  ['3×3, a group per channel', [3, 4], [3, 3], 4, 4, 4],
  ['5×5 on a smaller grid', [3, 2], [5, 5], 4, 2, 2],
  ['even kernel 4×4', [5, 3], [4, 4], 2, 4, 2],
  ['rectangular 2×3 kernel on 2×5', [2, 5], [2, 3], 6, 3, 3],
  ['1×1', [2, 2], [1, 1], 4, 4, 2],
];

describe.each(CASES)('groupedConv2d, %s', (_name, [height, width], [kh, kw], inputs, outputs, groups) => {
  const tensors = (): [Tensor4D, Tensor4D, Tensor1D] => [
    random([2, height, width, inputs], 'x') as Tensor4D,
    random([kh, kw, inputs / groups, outputs], 'w', 0.5) as Tensor4D,
    random([outputs], 'b') as Tensor1D,
  ];

  test('equals one convolution per group', () => {
    tf.tidy(() => {
      const [x, weight, bias] = tensors();
      const y = groupedConv2d(x, weight, bias, groups);
      expectAllclose(y, perGroup(x, weight, bias, groups), { rtol: 1e-4, atol: 1e-5 });
    });
  });

  test('has the gradient of finite differences', () => {
    tf.tidy(() => {
      checkGradient((x, w, b) => groupedConv2d(x as Tensor4D, w as Tensor4D, b!, groups), tensors());
    });
  });
});

test.each([
  [3, 4, 4, 2],
  [4, 4, 2, 2],
  [5, 6, 6, 1],
])(
  'groupedConv1d with kernel %d, %d → %d channels in %d groups equals a row of groupedConv2d',
  (k, inputs, outputs, groups) => {
    tf.tidy(() => {
      const x = random([2, 7, inputs], 'x') as Tensor3D;
      const weight = random([k, inputs / groups, outputs], 'w') as Tensor3D;
      const bias = random([outputs], 'b') as Tensor1D;
      const expected = perGroup(tf.expandDims(x, 1), tf.expandDims(weight, 0), bias, groups);
      const y = groupedConv1d(x, weight, bias, groups);
      expect(y.shape).toEqual([2, 7, outputs]);
      expectAllclose(y, tf.squeeze(expected, [1]), { rtol: 1e-4, atol: 1e-5 });
      checkGradient((x, w, b) => groupedConv1d(x as Tensor3D, w as Tensor3D, b!, groups), [x, weight, bias]);
    });
  },
);

test('groups that do not fit the channels are refused', () => {
  tf.tidy(() => {
    const x = tf.zeros([1, 3, 3, 4]) as Tensor4D;
    const make = (channels: number, outputs: number): (() => Tensor4D) => {
      const weight = tf.zeros([3, 3, channels, outputs]) as Tensor4D;
      return () => groupedConv2d(x, weight, tf.zeros([outputs]), 2);
    };
    expect(make(4, 4)).toThrow(ShapeError);
    expect(make(4, 4)).toThrow('need 8 input channels, got x (1,3,3,4)');
    expect(make(2, 3)).toThrow(ShapeError);
  });
});
