import { gatherRows, restoreGrid } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { tensor1d, tensor2d, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { random } from './values.js';

beforeAll(useBackend);

test('gatherRows takes rows in the order asked for, some twice, some never', () => {
  tidy(() => {
    const x = tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expectAllclose(
      gatherRows(x, tensor1d([2, 0, 2], 'int32')),
      tensor2d([
        [5, 6],
        [1, 2],
        [5, 6],
      ]),
    );
  });
});

test('the gradient of a repeated row adds up, that of an unused one is 0', () => {
  tidy(() => {
    const index = tensor1d([4, 1, 4, 4, 0], 'int32');
    checkGradient((x) => gatherRows(x as Tensor2D, index), [random([5, 3])]);
  });
});

test('restoreGrid puts visible rows in their cells and filler in the others', () => {
  tidy(() => {
    const visible = tensor2d([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    const filler = tensor2d([
      [-1, -1],
      [-2, -2],
    ]);
    const restore = tensor1d([3, 0, 2, 4, 1], 'int32');
    const cells = tensor1d([1, 4, 2], 'int32');
    const grid = tensor2d([
      [-1, -1],
      [1, 1],
      [3, 3],
      [-2, -2],
      [2, 2],
    ]);
    expectAllclose(restoreGrid(visible, filler, restore, cells), grid);
    checkGradient((x) => restoreGrid(x as Tensor2D, filler, restore, cells), [visible]);
  });
});
