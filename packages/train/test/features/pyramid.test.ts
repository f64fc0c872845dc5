import { tensor, tidy } from '@tensorflow/tfjs-core';
import { pyramidMeans, pyramidWeights } from '../../src/features/pyramid.js';

const rowsOf = (weights: Float32Array, size: number): number[][] =>
  Array.from({ length: weights.length / size }, (_, row) => [...weights.subarray(row * size, (row + 1) * size)]);

test('a sequence has the whole, halves and thirds, which share a token where they do not divide its length', () => {
  const [whole, ...parts] = rowsOf(pyramidWeights([4]), 4);
  expect(whole).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(parts.slice(0, 2)).toEqual([[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]]); // prettier-ignore
  expect(parts.slice(2)).toEqual([[0.5, 0.5, 0, 0], [0, 0.5, 0.5, 0], [0, 0, 0.5, 0.5]]); // prettier-ignore
});

test('fewer tokens than sections stay as they are', () => {
  expect(rowsOf(pyramidWeights([2]), 2)).toEqual([[0.5, 0.5], [1, 0], [0, 1], [1, 0], [0, 1]]); // prettier-ignore
});

test('an image has 1 + 4 + 9 parts, level by level and row by row, each with the mean of its cells', () => {
  const [rows, columns, dim] = [7, 5, 2];
  const values = Float32Array.from({ length: rows * columns * dim }, (_, i) => Math.sin(i));
  const bounds = (size: number, i: number, n: number) => [Math.floor((i * size) / n), Math.ceil(((i + 1) * size) / n)] as const; // prettier-ignore
  const means = tidy(() => pyramidMeans(tensor(values, [1, rows * columns, dim]), [rows, columns]).dataSync());
  const parts = [1, 2, 3].flatMap((n) => Array.from({ length: n * n }, (_, i) => ({ n, i })));
  expect(means).toHaveLength(14 * dim);
  for (const [part, { n, i }] of parts.entries()) {
    const [top, bottom] = bounds(rows, Math.floor(i / n), n);
    const [left, right] = bounds(columns, i % n, n);
    for (let d = 0; d < dim; d++) {
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += values[(y * columns + x) * dim + d]!;
      expect(means[part * dim + d]).toBeCloseTo(sum / ((bottom - top) * (right - left)), 6);
    }
  }
});
