import { tensor2d, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { embedding } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { valueAndGradients } from '../../src/index.js';
import { useBackend } from '../testing/backend.js';
import { random } from './values.js';

beforeAll(useBackend);

const PADDING = 1;

test('embedding looks up every id, padding too', () => {
  tidy(() => {
    const table = tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const ids = tensor2d([[2, 0, 1]], [1, 3], 'int32');
    expectAllclose(embedding(table, ids, PADDING).reshape([3, 2]), tensor2d([[5, 6], [1, 2], [3, 4]])); // prettier-ignore
  });
});

test('the gradient of a repeated id adds up, that of an unused one is 0', () => {
  tidy(() => {
    const ids = tensor2d([[4, 2, 4], [4, 0, 0]], [2, 3], 'int32'); // prettier-ignore
    checkGradient((table) => embedding(table as Tensor2D, ids, PADDING), [random([6, 3])]);
  });
});

test('the padding row has no gradient', () => {
  tidy(() => {
    const ids = tensor2d([[2, 1, 1]], [1, 3], 'int32');
    const table = tensor2d([1, 2, 3], [3, 1]);
    const { gradients } = valueAndGradients(() => embedding(table, ids, PADDING).sum(), [table]);
    expectAllclose(gradients[0]!, tensor2d([0, 0, 1], [3, 1]));
  });
});

test("a table of RoBERTa's size gets its gradient at once", () => {
  tidy(() => {
    const ids = tensor2d([50_264, 7, 7, 1], [1, 4], 'int32');
    const table = tensor2d(new Float32Array(50_265 * 8), [50_265, 8]);
    const { gradients } = valueAndGradients(() => embedding(table, ids, PADDING).sum(), [table]);
    const values = gradients[0]!.dataSync<'float32'>();
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(3 * 8);
    expect([values[7 * 8], values[50_264 * 8], values[8]]).toEqual([2, 1, 0]);
  });
});
