import { sinCosPositions } from '../../src/index.js';
import { expectAllclose } from '../../src/testing/index.js';

test('a cell has sin and cos of its column, then of its row', () => {
  const [height, width, dim] = [3, 4, 8];
  const table = sinCosPositions([height, width], dim);
  expect(table).toHaveLength(height * width * dim);
  for (const [row, column] of [
    [0, 0],
    [0, 3],
    [2, 0],
    [2, 1],
  ] as const) {
    const cell = table.subarray((row * width + column) * dim).subarray(0, dim);
    const encode = (p: number): number[] => [Math.sin(p), Math.sin(p / 100), Math.cos(p), Math.cos(p / 100)];
    expectAllclose(cell, [...encode(column), ...encode(row)], { rtol: 0, atol: 1e-7 });
  }
});

test('every cell of the grid has a position of its own', () => {
  const table = sinCosPositions([14, 14], 32);
  const cells = Array.from({ length: 196 }, (_, i) => table.subarray(i * 32, i * 32 + 32).join());
  expect(new Set(cells).size).toBe(196);
});
