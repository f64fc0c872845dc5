import { linearSoftmax } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { tensor, tidy, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { at, fill, normals, random, total } from './values.js';

beforeAll(useBackend);

const shape = [2, 5, 3] as const;
const real = [1, 1, 1, 0, 0, 1, 1, 1, 1, 1];
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

test.each([
  ['all', undefined],
  ['the real', real],
])('is the logit of Σ q²/Σ q over %s tokens', (_, mask) => {
  tidy(() => {
    const z = normals(shape, 'z').map((value) => 3 * value);
    const expected = fill([2, 3], (row, c) => {
      const q = (t: number): number => (mask?.[row! * 5 + t] ?? 1) * sigmoid(at(z, shape, row!, t, c!));
      const p = total(5, (t) => q(t) ** 2) / total(5, q);
      return Math.log(p / (1 - p));
    });
    const pooled = linearSoftmax(tensor(z, [...shape]) as Tensor3D, mask && (tensor(mask, [2, 5]) as Tensor2D));
    expect(pooled.shape).toEqual([2, 3]);
    expectAllclose(pooled, expected, { rtol: 1e-4, atol: 1e-5 });
  });
});

test('one token keeps its logit, however large, and equal ones theirs', () => {
  tidy(() => {
    expectAllclose(linearSoftmax(tensor([-80, 0, 80, 1e4], [1, 1, 4])), [-80, 0, 80, 1e4], { rtol: 1e-6 });
    expectAllclose(linearSoftmax(tensor([-60, 2, -60, 2], [1, 2, 2])), [-60, 2], { rtol: 1e-6 });
  });
});

test('has the gradient of finite differences, none from padding', () => {
  tidy(() => {
    const mask = tensor(real, [2, 5]) as Tensor2D;
    checkGradient((z) => linearSoftmax(z as Tensor3D, mask), [random([...shape])]);
    checkGradient((z) => linearSoftmax(z as Tensor3D), [random([...shape], 2, 3)]);
  });
});
