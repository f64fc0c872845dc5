import { loadBackend } from '@d2v/core/node';
import { nearest } from '../../src/report/neighbours.js';

beforeAll(() => loadBackend('wasm'));

describe('nearest', () => {
  const gallery = Float32Array.of(1, 0, 0, 1, -1, 0, 5, 5, 0, 0);

  test('orders the gallery by the cosine of the angle, whatever the lengths', () => {
    const [row] = nearest(Float32Array.of(2, 1), gallery, 2, 3);
    expect(row!.map(({ index }) => index)).toEqual([3, 0, 1]);
    const cosines = [3 / Math.sqrt(10), 2 / Math.sqrt(5), 1 / Math.sqrt(5)];
    row!.forEach(({ similarity }, rank) => expect(similarity).toBeCloseTo(cosines[rank]!, 5));
  });

  test('every query gets its own row', () => {
    const rows = nearest(Float32Array.of(1, 0.1, -1, 0.1), gallery, 2, 1);
    expect(rows.map(([first]) => first!.index)).toEqual([0, 2]);
  });

  test('a row of zeros is similar to nothing, and breaks nothing', () => {
    const [row] = nearest(Float32Array.of(1, 0), gallery, 2, 5);
    expect(row!.find(({ index }) => index === 4)!.similarity).toBe(0);
    expect(row!.every(({ similarity }) => Number.isFinite(similarity))).toBe(true);
  });

  test('a small gallery gives fewer neighbours, an empty one none', () => {
    expect(nearest(Float32Array.of(1, 0), Float32Array.of(1, 1), 2, 5)).toHaveLength(1);
    expect(nearest(Float32Array.of(1, 0), Float32Array.of(1, 1), 2, 5)[0]).toHaveLength(1);
    expect(nearest(Float32Array.of(1, 0), new Float32Array(0), 2, 5)).toEqual([[]]);
  });
});
