import { maskedMean } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { tensor, tidy, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { random } from './values.js';

beforeAll(useBackend);

test('is taken over real tokens alone, and so is its gradient', () => {
  tidy(() => {
    const x = tensor([1, 2, 3, 4, 5, 9, 7, 7, 8, 8, 9, 9], [2, 3, 2]) as Tensor3D;
    const real = tensor([1, 1, 0, 1, 1, 1], [2, 3]) as Tensor2D;
    expectAllclose(maskedMean(x, real), [2, 3, 8, 8]);
    expectAllclose(maskedMean(x), [3, 5, 8, 8]);
    checkGradient((y) => maskedMean(y as Tensor3D, real), [random([2, 3, 2])]);
    checkGradient((y) => maskedMean(y as Tensor3D), [random([2, 3, 2])]);
  });
});
