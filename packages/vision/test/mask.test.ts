import fc from 'fast-check';
import { ConfigError, RandomStream } from '@d2v/core';
import { blockwiseMask, type BlockwiseMaskOptions } from '@d2v/vision';

const count = (mask: Uint8Array): number => mask.filter((m) => m === 1).length;

describe('blockwiseMask', () => {
  // The table of data2vec1.md §3.3, measured there over 4000 draws: [target, mean, min, share of draws that reach it].
  it.each([
    [120, 119.6, 106, 0.71],
    [75, 74.4, 66, 0.66],
  ])('of %p tokens on a 14×14 grid has the statistics of the published code', (maxMasked, mean, min, exact) => {
    const DRAWS = 4000;
    const counts = Array.from({ length: DRAWS }, (_, i) =>
      count(blockwiseMask([14, 14], { maxMasked }, new RandomStream([i]))),
    );
    const average = counts.reduce((a, b) => a + b) / DRAWS;
    const deviation = Math.sqrt(counts.reduce((sum, c) => sum + (c - average) ** 2, 0) / DRAWS);
    const reached = counts.filter((c) => c === maxMasked).length / DRAWS;
    // Both sides are measured over 4000 draws and the table is rounded: four standard errors of a difference.
    const errors = 4 * Math.sqrt(2 / DRAWS);
    expect(Math.abs(average - mean)).toBeLessThan(0.05 + errors * deviation);
    expect(Math.abs(reached - exact)).toBeLessThan(0.005 + errors * Math.sqrt(exact * (1 - exact)));
    expect(Math.max(...counts)).toBe(maxMasked);
    expect(counts.filter((c) => c < min).length).toBeLessThan(DRAWS / 500);
    expect(counts.filter((c) => c < min + 4).length).toBeGreaterThan(0);
  });

  const setup = fc
    .record({ rows: fc.integer({ min: 1, max: 20 }), columns: fc.integer({ min: 1, max: 20 }) })
    .chain(({ rows, columns }) =>
      fc.record({
        rows: fc.constant(rows),
        columns: fc.constant(columns),
        maxMasked: fc.integer({ min: 0, max: rows * columns }),
        minArea: fc.double({ min: 0.1, max: 40, noNaN: true }),
        maxArea: fc.double({ min: 0.1, max: 400, noNaN: true }),
        minAspect: fc.double({ min: 0.05, max: 1, noNaN: true }),
        seed: fc.integer(),
      }),
    );

  it('never exceeds its target, on any grid, and is a pure function of the key', () => {
    fc.assert(
      fc.property(setup, ({ rows, columns, seed, ...options }) => {
        const mask = blockwiseMask([rows, columns], options, new RandomStream([seed]));
        expect(mask).toHaveLength(rows * columns);
        expect(count(mask)).toBeLessThanOrEqual(options.maxMasked);
        expect(blockwiseMask([rows, columns], options, new RandomStream([seed]))).toEqual(mask);
      }),
      { numRuns: 500 },
    );
  });

  it('masks rectangles: a single one when only one fits the target', () => {
    for (let i = 0; i < 200; i++) {
      // Areas between 16 and 16 leave no room for a second rectangle once 16 are masked.
      const mask = blockwiseMask([14, 14], { maxMasked: 16, minArea: 16, minAspect: 1 }, new RandomStream([i]));
      const tokens = [...mask.keys()].filter((t) => mask[t]);
      const [top, left] = [Math.floor(tokens[0]! / 14), tokens[0]! % 14];
      expect(tokens).toEqual([...Array(16).keys()].map((k) => (top + Math.floor(k / 4)) * 14 + left + (k % 4)));
    }
  });

  it('never draws a rectangle as wide or as high as the grid', () => {
    // 5×5 rectangles do not fit strictly inside 5×5 tokens: ten tries, then nothing.
    expect(count(blockwiseMask([5, 5], { maxMasked: 25, minArea: 25, minAspect: 1 }, new RandomStream([1])))).toBe(0);
    expect(count(blockwiseMask([6, 6], { maxMasked: 25, minArea: 25, minAspect: 1 }, new RandomStream([1])))).toBe(25);
  });

  it.each<[string, Partial<BlockwiseMaskOptions>]>([
    ['maxMasked', { maxMasked: 17 }],
    ['minArea', { minArea: 0 }],
    ['minAspect', { minAspect: 2 }],
  ])('refuses a wrong %s', (key, wrong) => {
    const draw = (): unknown => blockwiseMask([4, 4], { maxMasked: 8, ...wrong }, new RandomStream([1]));
    expect(draw).toThrow(ConfigError);
    expect(draw).toThrow(key);
  });
});
