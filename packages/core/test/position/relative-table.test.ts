import { relativeBias, relativeIndex, relativeRows, Scope } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { at, fill, random } from '../ops/values.js';
import { useBackend } from '../testing/backend.js';

beforeAll(useBackend);

// data2vec1.md §3.2.
test.each([
  [1, 1, 364],
  [1, 2, 363],
  [2, 1, 365],
  [1, 196, 0],
  [196, 1, 728],
  [0, 5, 729],
  [5, 0, 730],
  [0, 0, 731],
])('on 14×14 patches and a cls token, the pair (%d, %d) reads row %d', (i, j, row) => {
  expect(relativeIndex([14, 14], 1)[i * 197 + j]).toBe(row);
});

test('the table of 14×14 patches has 732 rows, 729 without extra tokens', () => {
  expect(relativeRows([14, 14], 1)).toBe(732);
  expect(relativeRows([14, 14], 0)).toBe(729);
  const index = relativeIndex([14, 14], 1);
  expect(new Set(index).size).toBe(732);
});

test('on a rectangular grid, pairs share a row exactly when their offsets are equal', () => {
  const [height, width] = [2, 3];
  const index = relativeIndex([height, width], 0);
  const rows = new Map<string, number>();
  for (let a = 0; a < 6; a++) {
    for (let b = 0; b < 6; b++) {
      const offset = `${Math.floor(a / width) - Math.floor(b / width)}, ${(a % width) - (b % width)}`;
      const row = index[a * 6 + b]!;
      expect(rows.get(offset) ?? row).toBe(row);
      rows.set(offset, row);
    }
  }
  expect(rows.size).toBe(relativeRows([height, width], 0));
  expect(new Set(rows.values()).size).toBe(rows.size);
});

test('the bias of a pair is its row of the table, one column a head', () => {
  tidy(() => {
    const { bias, parameters } = relativeBias([2, 3], 1, 4);
    expect(parameters.relative_bias!.shape).toEqual([18, 4]);
    const table = random<Tensor2D>([18, 4]);
    const values = table.dataSync();
    const index = relativeIndex([2, 3], 1);
    const y = bias(new Scope({ relative_bias: table }), 6);
    expect(y.shape).toEqual([4, 7, 7]);
    expectAllclose(
      y,
      fill([4, 7, 7], (h, i, j) => at(values, [18, 4], index[i * 7 + j]!, h)),
    );
    checkGradient((x) => bias(new Scope({ relative_bias: x }), 6), [table]);
  });
});
