import fc from 'fast-check';
import {
  blockMask1d,
  blockMask2d,
  ConfigError,
  inverseBlockMask2d,
  RandomStream,
  type BlockMaskOptions,
  type Grid,
} from '@d2v/core';
import { moments } from '../random/statistics.js';

const count = (mask: Uint8Array, value = 1): number => mask.filter((m) => m === value).length;
const DRAWS = 4000;

/** What `draw` gives for as many streams as the reference measured. */
const measure = (draw: (stream: RandomStream) => number): Float64Array =>
  Float64Array.from({ length: DRAWS }, (_, i) => draw(new RandomStream(['mask statistics', i])));

/** Share of the grid that blocks around `centres` random cells cover on average, by inclusion of each cell. */
function expectedCover([rows, columns]: Grid, [height, width]: Grid, centres: number): number {
  const reach = (size: number, block: number): number[] =>
    Array.from({ length: size }, (_, at) => {
      const from = Math.floor(block / 2) - block + 1 + at;
      return Math.min(from + block, size) - Math.max(from, 0);
    });
  let covered = 0;
  for (const y of reach(rows, height)) {
    for (const x of reach(columns, width)) covered += 1 - (1 - (x * y) / (rows * columns)) ** centres;
  }
  return covered / (rows * columns);
}

describe('inverseBlockMask2d with the published image options', () => {
  // The table of data2vec2.md §3.2: [config, side, mask_prob, adjust, centres, mean, min, max, V].
  const table: [string, number, number, number, number, number, number, number, number][] = [
    ['base image', 14, 0.8, 0.07, 5, 37.6, 22, 45, 39],
    ['large', 14, 0.75, 0.1, 7, 50.2, 31, 63, 49],
    ['huge-14', 16, 0.75, 0.1, 9, 65.3, 40, 81, 64],
  ];

  it.each(table)(
    '%s sees as many tokens before balancing as fairseq',
    (_, g, maskProb, maskProbAdjust, centres, mean, min, max) => {
      const options = { maskProb, maskProbAdjust, maskLength: 3, requireSame: false };
      const visible = measure((stream) => count(inverseBlockMask2d([g, g], options, stream), 0));
      const measured = moments(visible);
      const error = Math.sqrt(measured.variance / DRAWS);
      expect(Math.abs(measured.mean - g * g * expectedCover([g, g], [3, 3], centres))).toBeLessThan(4 * error);
      expect(Math.abs(measured.mean - mean)).toBeLessThan(0.05 + 4 * Math.SQRT2 * error); // both means are measured
      expect(Math.max(...visible)).toBe(max); // no two blocks touch: frequent
      // The minimum is a rare event (a few draws in 4000): no more than 1 in 300 lies below the table's.
      expect(visible.filter((v) => v < min).length).toBeLessThan(DRAWS / 300);
      expect(visible.filter((v) => v < min + 3).length).toBeGreaterThan(0);
    },
  );

  it.each(table)('%s balances to V visible tokens', (_, g, maskProb, maskProbAdjust, _c, _m, _a, _b, visible) => {
    for (let i = 0; i < 200; i++) {
      const mask = inverseBlockMask2d([g, g], { maskProb, maskProbAdjust, maskLength: 3 }, new RandomStream([i]));
      expect(count(mask, 0)).toBe(visible);
    }
  });
});

describe('blockMask1d with the published audio options', () => {
  it.each([
    ['base', 0.5, 0.05, 42.4],
    ['large', 0.55, 0.1, 47.9],
  ])('%s covers as much before balancing as fairseq', (_, maskProb, maskProbAdjust, percent) => {
    const options = { maskProb, maskProbAdjust, maskLength: 5, requireSame: false };
    const covered = moments(measure((stream) => count(blockMask1d(500, options, stream)) / 5));
    const error = Math.sqrt(covered.variance / DRAWS);
    const centres = Math.floor((500 * (maskProb + maskProbAdjust)) / 5);
    expect(Math.abs(covered.mean - 100 * expectedCover([1, 500], [1, 5], centres))).toBeLessThan(4 * error);
    expect(Math.abs(covered.mean - percent)).toBeLessThan(0.05 + 4 * Math.SQRT2 * error);
  });

  it.each([499, 500, 999])('masks exactly half of %p frames, rounded down', (frames) => {
    const mask = blockMask1d(frames, { maskProb: 0.5, maskProbAdjust: 0.05, maskLength: 5 }, new RandomStream([1]));
    expect(count(mask)).toBe(Math.floor(frames / 2));
  });

  it('sets whole windows before balancing', () => {
    const options = { maskProb: 0.1, maskLength: 5, requireSame: false };
    for (let i = 0; i < 200; i++) {
      const runs = [
        ...blockMask1d(300, options, new RandomStream([i]))
          .join('')
          .matchAll(/1+/g),
      ];
      for (const { 0: run, index } of runs) {
        const atBorder = index === 0 || index + run.length === 300;
        expect(run.length).toBeGreaterThanOrEqual(atBorder ? 3 : 5);
      }
    }
  });
});

describe('blockMask2d', () => {
  const options = fc.record<BlockMaskOptions>(
    {
      maskProb: fc.double({ min: 0, max: 1, noNaN: true }),
      maskLength: fc.integer({ min: 2, max: 5 }),
      maskProbAdjust: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
      maskDropout: fc.double({ min: 0, max: 0.5, noNaN: true }),
      inverse: fc.boolean(),
      expandAdjacent: fc.boolean(),
      nonOverlapping: fc.boolean(),
    },
    { requiredKeys: ['maskProb', 'maskLength'] },
  );
  const side = fc.integer({ min: 1, max: 20 });

  it('masks the exact share on any grid with any options, a pure function of the key', () => {
    fc.assert(
      fc.property(side, side, options, fc.integer(), (rows, columns, chosen, seed) => {
        const mask = blockMask2d([rows, columns], chosen, new RandomStream([seed]));
        const set = Math.floor(rows * columns * (chosen.inverse ? 1 - chosen.maskProb : chosen.maskProb));
        expect(mask).toHaveLength(rows * columns);
        expect(count(mask, chosen.inverse ? 0 : 1)).toBe(set);
        expect(count(mask, 0) + count(mask, 1)).toBe(mask.length);
        expect(blockMask2d([rows, columns], chosen, new RandomStream([seed]))).toEqual(mask);
      }),
      { numRuns: 500 },
    );
  });

  it('rounds the visible share as doubles do: ⌊196·(1 − 0.8)⌋ = 39, ⌊10·(1 − 0.9)⌋ = 0', () => {
    expect(count(inverseBlockMask2d([14, 14], { maskProb: 0.8, maskLength: 3 }, new RandomStream([1])), 0)).toBe(39);
    expect(count(inverseBlockMask2d([1, 10], { maskProb: 0.9, maskLength: 3 }, new RandomStream([1])), 0)).toBe(0);
  });

  it('is the complement of its inverse', () => {
    const chosen = { maskProb: 0.75, maskLength: 3, maskProbAdjust: 0.1 };
    const inverse = inverseBlockMask2d([9, 13], chosen, new RandomStream([4]));
    const plain = blockMask2d([9, 13], { ...chosen, maskProb: 1 - 0.75 }, new RandomStream([4]));
    expect(inverse).toEqual(plain.map((m) => 1 - m));
  });

  it('masks every token of a square grid equally often but for the borders', () => {
    const sums = new Float64Array(64);
    for (let i = 0; i < DRAWS; i++) {
      blockMask2d([8, 8], { maskProb: 0.3, maskLength: 3 }, new RandomStream(['even', i])).forEach(
        (m, t) => (sums[t]! += m),
      );
    }
    // Cells with the same distances to the borders are equally likely: compare with their mirror images.
    for (let t = 0; t < 64; t++) {
      const [y, x] = [Math.floor(t / 8), t % 8];
      for (const twin of [y * 8 + 7 - x, (7 - y) * 8 + x, x * 8 + y]) {
        expect(Math.abs(sums[t]! - sums[twin]!)).toBeLessThan(5 * Math.sqrt(2 * DRAWS * 0.25));
      }
    }
  });

  it('places distinct whole cells of the coarse grid when blocks must not overlap', () => {
    // 7×5 tokens in cells of 3: 3×2 cells, of which ⌊6·0.5⌋ = 3 are set, cropped at the border.
    const chosen = { maskProb: 0.5, maskLength: 3, nonOverlapping: true, requireSame: false };
    for (let i = 0; i < 200; i++) {
      const mask = blockMask2d([7, 5], chosen, new RandomStream([i]));
      const cells = new Map<string, Set<number>>();
      mask.forEach((m, t) => {
        const cell = `${Math.floor(Math.floor(t / 5) / 3)},${Math.floor((t % 5) / 3)}`;
        cells.set(cell, (cells.get(cell) ?? new Set()).add(m));
      });
      const values = [...cells.values()];
      expect(values.every((v) => v.size === 1)).toBe(true);
      expect(values.filter((v) => v.has(1))).toHaveLength(3);
    }
  });

  it('grows connected regions when it fills from the neighbours', () => {
    // One 3×3 block in the middle of a large grid, grown to 40 tokens: no token may stand apart.
    const chosen = { maskProb: 0.1, maskProbAdjust: -0.06, maskLength: 3, expandAdjacent: true };
    for (let i = 0; i < 100; i++) {
      const mask = blockMask2d([20, 20], chosen, new RandomStream([i]));
      expect(count(mask)).toBe(40);
      const alone = [...mask.keys()].filter((t) => {
        const [y, x] = [Math.floor(t / 20), t % 20];
        const at = (v: number, u: number): boolean => v >= 0 && v < 20 && u >= 0 && u < 20 && mask[v * 20 + u] === 1;
        return mask[t] === 1 && !at(y - 1, x) && !at(y + 1, x) && !at(y, x - 1) && !at(y, x + 1);
      });
      expect(alone).toEqual([]);
    }
  });

  it('punches holes into blocks with mask dropout', () => {
    const chosen = { maskProb: 0.3, maskLength: 3, nonOverlapping: true };
    const blocks = (maskDropout: number): number => {
      const mask = blockMask2d([30, 30], { ...chosen, maskDropout }, new RandomStream([2]));
      return new Set(
        [...mask.keys()].filter((t) => mask[t]).map((t) => `${Math.floor(t / 90)},${Math.floor((t % 30) / 3)}`),
      ).size;
    };
    expect(blocks(0)).toBe(30); // 270 tokens, 30 whole blocks
    expect(blocks(0.5)).toBeGreaterThan(40); // 45 blocks, trimmed to 270 tokens
  });

  it.each<[string, Partial<BlockMaskOptions>]>([
    ['maskProb', { maskProb: 1.2 }],
    ['maskProb', { maskProb: NaN }],
    ['maskLength', { maskLength: 1 }],
    ['maskLength', { maskLength: 2.5 }],
    ['maskProbAdjust', { maskProbAdjust: -1 }],
    ['maskDropout', { maskDropout: 1 }],
  ])('refuses a wrong %s: %j', (key, wrong) => {
    const draw = (): unknown => blockMask2d([4, 4], { maskProb: 0.5, maskLength: 3, ...wrong }, new RandomStream([1]));
    expect(draw).toThrow(ConfigError);
    expect(draw).toThrow(`block mask: ${key} must be`);
  });

  it('refuses a grid with a fraction', () => {
    expect(() => blockMask2d([4, 3.5], { maskProb: 0.5, maskLength: 3 }, new RandomStream([1]))).toThrow(
      'grid must be whole',
    );
  });
});
