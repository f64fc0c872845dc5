import { tensor, tidy } from '@tensorflow/tfjs-core';
import { regionMeans, regionWeights } from '../../src/features/regions.js';

test('a sequence has three sections, which share a token where three does not divide its length', () => {
  expect([...regionWeights([6])]).toEqual([0.5, 0.5, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 0, 0, 0.5, 0.5]);
  expect([...regionWeights([4])]).toEqual([0.5, 0.5, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0.5, 0.5]);
});

test('fewer tokens than sections stay as they are', () => {
  expect([...regionWeights([2])]).toEqual([1, 0, 0, 1]);
});

test('an image has nine regions, row by row, each with the mean of its cells', () => {
  const [rows, columns, dim] = [7, 5, 2];
  const values = Float32Array.from({ length: rows * columns * dim }, (_, i) => Math.sin(i));
  const bounds = (size: number, i: number) => [Math.floor((i * size) / 3), Math.ceil(((i + 1) * size) / 3)] as const;
  const means = tidy(() => regionMeans(tensor(values, [1, rows * columns, dim]), [rows, columns]).dataSync());
  expect(means).toHaveLength(9 * dim);
  for (let region = 0; region < 9; region++) {
    const [top, bottom] = bounds(rows, Math.floor(region / 3));
    const [left, right] = bounds(columns, region % 3);
    for (let d = 0; d < dim; d++) {
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += values[(y * columns + x) * dim + d]!;
      expect(means[region * dim + d]).toBeCloseTo(sum / ((bottom - top) * (right - left)), 6);
    }
  }
});
