import { RandomStream, ShapeError } from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import { threeComponents, toColours } from '../../src/report/pca.js';

beforeAll(() => loadBackend('wasm'));

/** Rows with the given standard deviations along orthonormal directions that are no axes. */
function cloud(
  rows: number,
  deviations: readonly number[],
  offset = 0,
): { values: Float32Array; hidden: Float64Array[] } {
  const dim = deviations.length;
  const stream = new RandomStream([7, 'cloud']);
  const hidden = deviations.map((deviation) => Float64Array.from({ length: rows }, () => deviation * stream.normal()));
  const values = new Float32Array(rows * dim);
  // A Householder reflection turns the axes.
  const axis = Array.from({ length: dim }, () => stream.normal());
  const square = axis.reduce((sum, value) => sum + value * value, 0);
  for (let row = 0; row < rows; row++) {
    const along = hidden.reduce((sum, column, i) => sum + column[row]! * axis[i]!, 0);
    hidden.forEach((column, i) => {
      values[row * dim + i] = column[row]! - (2 * along * axis[i]!) / square + offset;
    });
  }
  return { values, hidden };
}

const column = (coordinates: Float32Array, c: number): number[] =>
  Array.from({ length: coordinates.length / 3 }, (_, row) => coordinates[3 * row + c]!);

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (x: ArrayLike<number>): number => Array.from(x).reduce((sum, value) => sum + value, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [u, v] = [a[i]! - ma, b[i]! - mb];
    ab += u * v;
    aa += u * u;
    bb += v * v;
  }
  return ab / Math.sqrt(aa * bb);
}

describe('threeComponents', () => {
  test('finds the directions of most variance, strongest first, wherever the mean is', () => {
    const { values, hidden } = cloud(2000, [1, 9, 0.5, 4, 2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 50);
    const { coordinates, explained } = threeComponents(values, 12);
    const strongest = [hidden[1]!, hidden[3]!, hidden[4]!];
    strongest.forEach((truth, c) =>
      expect(Math.abs(correlation(column(coordinates, c), truth))).toBeGreaterThan(0.999),
    );
    const total = 1 + 81 + 0.25 + 16 + 4 + 7 * 0.01;
    [81, 16, 4].forEach((variance, c) => expect(explained[c]).toBeCloseTo(variance / total, 1));
    expect(explained[0]! + explained[1]! + explained[2]!).toBeLessThan(1);
  });

  test('components do not correlate with each other', () => {
    const { coordinates } = threeComponents(cloud(500, [3, 2.9, 2.8, 2.7, 2.6, 2.5, 2.4, 2.3, 2.2, 2.1]).values, 10);
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      expect(Math.abs(correlation(column(coordinates, a), column(coordinates, b)))).toBeLessThan(0.05);
    }
  });

  test('rows that vary in one direction alone have no second and third component', () => {
    const values = Float32Array.from({ length: 40 }, (_, i) => Math.floor(i / 4) * ((i % 4) + 1));
    const { coordinates, explained } = threeComponents(values, 4);
    expect(explained[0]).toBeCloseTo(1, 5);
    expect(explained.slice(1)).toEqual([0, 0]);
    expect(column(coordinates, 1)).toEqual(new Array(10).fill(0));
  });

  test('equal rows, a single row and fewer than three dimensions give finite coordinates', () => {
    for (const [values, dim] of [
      [new Float32Array(12).fill(3), 4],
      [Float32Array.of(1, 2), 2],
      [Float32Array.of(1, 2, 4), 1],
    ] as const) {
      const { coordinates } = threeComponents(values, dim);
      expect(coordinates).toHaveLength((values.length / dim) * 3);
      expect([...coordinates].every(Number.isFinite)).toBe(true);
    }
  });

  test('rejects values that are no whole rows', () => {
    expect(() => threeComponents(new Float32Array(7), 3)).toThrow(ShapeError);
    expect(() => threeComponents(new Float32Array(0), 3)).toThrow(ShapeError);
  });
});

describe('toColours', () => {
  test('uses the whole range of [0, 1], whatever a few odd values do', () => {
    const coordinates = Float32Array.from({ length: 3000 }, (_, i) => Math.floor(i / 3) / 1000);
    coordinates[0] = -1e6;
    coordinates[2999] = 1e6;
    const colours = toColours(coordinates);
    expect(Math.min(...colours)).toBe(0);
    expect(Math.max(...colours)).toBe(1);
    expect(colours[1500]).toBeCloseTo(0.5, 2);
  });

  test('a component that does not vary is neutral', () => {
    expect([...toColours(new Float32Array(9))]).toEqual(new Array(9).fill(0.5));
  });
});
