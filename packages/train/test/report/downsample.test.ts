import fc from 'fast-check';
import { downsample, type Curve } from '../../src/report/downsample.js';

const curve = fc
  .array(fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { freq: 8 }), { minLength: 1, maxLength: 3000 })
  .map((y): Curve => ({ x: y.map((_, i) => 10 * i), y }));

describe('downsample', () => {
  test('never yields more points than asked for, and yields only points of the curve, in order', () => {
    fc.assert(
      fc.property(curve, fc.integer({ min: 4, max: 500 }), (whole, limit) => {
        const { x, y } = downsample(whole, limit);
        expect(x.length).toBeLessThanOrEqual(Math.max(limit, 1));
        expect(y.length).toBe(x.length);
        x.forEach((update, i) => {
          expect(y[i]).toBe(whole.y[update / 10]);
          if (i > 0) expect(update).toBeGreaterThan(x[i - 1]!);
        });
      }),
      { numRuns: 50 },
    );
  });

  test('keeps the highest and lowest values, the first and the last point', () => {
    fc.assert(
      fc.property(curve, (whole) => {
        const { x, y } = downsample(whole, 100);
        const values = (list: Curve['y']): number[] => list.filter((value) => value !== null);
        const extremes = (list: number[]): number[] => [Math.min(...list), Math.max(...list)];
        expect(extremes(values(y))).toEqual(extremes(values(whole.y)));
        expect([x[0], x.at(-1)]).toEqual([whole.x[0], whole.x.at(-1)]);
      }),
      { numRuns: 50 },
    );
  });

  test('a stretch without values stays a gap', () => {
    const y = Array.from({ length: 1000 }, (_, i) => (i >= 400 && i < 600 ? null : 1));
    const small = downsample({ x: y.map((_, i) => i), y }, 50);
    expect(small.x.filter((_, i) => small.y[i] === null).every((x) => x >= 400 && x < 600)).toBe(true);
    expect(small.y).toContain(null);
  });

  test('leaves a short curve as it is', () => {
    expect(downsample({ x: [1, 2], y: [3, null] }, 4)).toEqual({ x: [1, 2], y: [3, null] });
  });
});
