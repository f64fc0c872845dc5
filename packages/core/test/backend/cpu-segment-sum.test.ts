import { loadBackend } from '@d2v/core/node';
import { tensor1d, tensor2d, tidy, unsortedSegmentSum } from '@tensorflow/tfjs-core';
import { expectAllclose } from '../../src/testing/index.js';

beforeAll(async () => {
  await loadBackend('cpu');
});

test('rows of a segment add up, segments without rows are 0, rows outside are dropped', () => {
  tidy(() => {
    const x = tensor2d([[1, 2], [3, 4], [5, 6], [7, 8]]); // prettier-ignore
    const ids = tensor1d([2, 0, 2, 9], 'int32');
    expectAllclose(unsortedSegmentSum(x, ids, 4), tensor2d([[3, 4], [0, 0], [6, 8], [0, 0]])); // prettier-ignore
    expect(unsortedSegmentSum(tensor1d([1, 2], 'int32'), tensor1d([0, 0], 'int32'), 1).dtype).toBe('int32');
  });
});
