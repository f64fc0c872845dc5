import fc from 'fast-check';
import { ConfigError, equaliseMasks, RandomStream, roundHalfEven } from '@d2v/core';
import { spanMask, type SpanMaskOptions } from '../../src/index.js';

const count = (mask: Uint8Array): number => mask.reduce((sum, hidden) => sum + hidden, 0);
const PUBLISHED = { prob: 0.65, length: 10, minSpans: 1 };
const draw = (size: number, options: Partial<SpanMaskOptions> = {}, key = 0): Uint8Array =>
  spanMask(size, { ...PUBLISHED, ...options }, new RandomStream(['span', key]));
const draws = (times: number, size: number, options: Partial<SpanMaskOptions> = {}): Uint8Array[] =>
  Array.from({ length: times }, (_, i) => draw(size, options, i));
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Lengths of the runs of masked positions. */
function runs(mask: Uint8Array): number[] {
  return mask.join('').split(/0+/).filter(Boolean).map((run) => run.length); // prettier-ignore
}

/** Lengths of the visible gaps between two masked runs. */
function gaps(mask: Uint8Array): number[] {
  return mask.join('').replace(/^0+|0+$/g, '').split(/1+/).filter(Boolean).map((run) => run.length); // prettier-ignore
}

describe('the published setting, 0.65 × 10', () => {
  // data2vec1.md §4.4: measured there at T = 500.
  test('hides 49.1 % of 500 frames on average', () => {
    const shares = draws(2000, 500).map((mask) => count(mask) / 500);
    expect(Math.abs(mean(shares) - 0.491)).toBeLessThan(0.003);
  });

  // data2vec1.md §4.4: the minimum over 64 utterances.
  test.each([
    [500, 0.43],
    [999, 0.44],
  ])('hides about the published share of %d frames once 64 utterances have the same count', (frames, share) => {
    const shares = Array.from({ length: 40 }, (_, batch) => {
      const rows = Array.from({ length: 64 }, (_, row) => draw(frames, {}, batch * 64 + row));
      const masks = Uint8Array.from(rows.flatMap((mask) => [...mask]));
      const streams = rows.map((_, row) => new RandomStream(['equal', batch, row]));
      const equal = equaliseMasks(masks, 64, frames, { mode: 'subset' }, streams);
      const counts = rows.map((_, row) => count(equal.subarray(row * frames, (row + 1) * frames)));
      expect(new Set(counts).size).toBe(1);
      return counts[0]! / frames;
    });
    // The reference rounds to whole percent, and one batch varies by about a percent.
    expect(Math.abs(mean(shares) - share)).toBeLessThan(0.01);
  });

  test('starts 6.5 % of the frames as spans, and never hides the last one', () => {
    const masks = draws(2000, 500);
    expect(masks.every((mask) => mask[499] === 0)).toBe(true);
    // A frame is visible when none of the ten starts before it is drawn: (1 − 32.5/490)^10 in the middle.
    const visible = masks.filter((mask) => mask[250] === 0).length / 2000;
    expect(Math.abs(visible - (1 - 32.5 / 490) ** 10)).toBeLessThan(0.045);
  });

  test('rounds the number of spans up or down at random', () => {
    // 0.026 · 100 / 2 = 1.3 spans.
    const masks = draws(3000, 100, { prob: 0.026, length: 2, overlap: false });
    const one = masks.filter((mask) => runs(mask).length === 1).length / 3000;
    expect(Math.abs(one - 0.7)).toBeLessThan(0.04);
  });
});

test('static spans are runs of their length at least', () => {
  for (const mask of draws(200, 100)) expect(Math.min(...runs(mask))).toBeGreaterThanOrEqual(10);
});

test('drawn lengths have the mean and range of their distribution', () => {
  // One span in a long sequence: its run is its length.
  const single = { prob: 0, minSpans: 1, length: 10 } as const;
  const lengths = (options: Partial<SpanMaskOptions>): number[] =>
    draws(4000, 1000, { ...single, ...options }).map((mask) => count(mask));
  const uniform = lengths({ lengths: 'uniform', other: 4 });
  expect([Math.min(...uniform), Math.max(...uniform)]).toEqual([4, 20]);
  expect(Math.abs(mean(uniform) - 12)).toBeLessThan(0.4);
  const normal = lengths({ lengths: 'normal', other: 2 });
  expect(Math.abs(mean(normal) - 10)).toBeLessThan(0.15);
  expect(Math.abs(Math.sqrt(mean(normal.map((x) => (x - mean(normal)) ** 2))) - 2)).toBeLessThan(0.15);
  expect(Math.min(...lengths({ lengths: 'normal', other: 20 }))).toBe(1);
  const poisson = lengths({ lengths: 'poisson' });
  expect(Math.abs(mean(poisson) - 10)).toBeLessThan(0.25);
  expect(Math.abs(mean(poisson.map((x) => (x - mean(poisson)) ** 2)) - 10)).toBeLessThan(1.2);
  expect(mean(lengths({ lengths: 'poisson', length: 100 }))).toBeGreaterThan(94); // more than one step of the sampler
  expect(lengths({ length: 7 })).toEqual(Array(4000).fill(7));
});

test('spans that may not overlap keep their distance', () => {
  for (const minSpace of [0, 1, 4]) {
    for (const mask of draws(300, 200, { overlap: false, minSpace })) {
      expect(runs(mask).every((run) => (minSpace > 0 ? run === 10 : run % 10 === 0))).toBe(true);
      expect(Math.min(Infinity, ...gaps(mask))).toBeGreaterThanOrEqual(minSpace);
    }
  }
});

test('dropout uncovers the exact share of what is masked', () => {
  for (let key = 0; key < 50; key++) {
    const whole = count(draw(300, {}, key));
    const dropped = draw(300, { dropout: 0.25 }, key);
    expect(count(dropped)).toBe(whole - roundHalfEven(whole * 0.25));
  }
});

test('any setting gives a mask of the size, never all of it, a pure function of the key', () => {
  const setting = fc.record({
    size: fc.integer({ min: 1, max: 120 }),
    key: fc.integer(),
    options: fc.record({
      prob: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.integer({ min: 1, max: 40 }),
      lengths: fc.constantFrom('static', 'uniform', 'normal', 'poisson'),
      other: fc.integer({ min: 0, max: 2 }),
      minSpans: fc.integer({ min: 0, max: 4 }),
      overlap: fc.boolean(),
      minSpace: fc.integer({ min: 0, max: 3 }),
      dropout: fc.double({ min: 0, max: 0.9, noNaN: true }),
    }),
  });
  fc.assert(
    fc.property(setting, ({ size, key, options }) => {
      const mask = spanMask(size, options as SpanMaskOptions, new RandomStream([key]));
      expect(mask).toHaveLength(size);
      expect(mask.every((hidden) => hidden <= 1)).toBe(true);
      expect(count(mask)).toBeLessThan(size);
      expect(spanMask(size, options as SpanMaskOptions, new RandomStream([key]))).toEqual(mask);
    }),
    { numRuns: 1000 },
  );
});

test.each<[string, Partial<SpanMaskOptions>]>([
  ['prob', { prob: 1.1 }],
  ['length', { length: 0 }],
  ['other', { other: -1 }],
  ['other', { lengths: 'uniform', other: 21 }],
  ['minSpans', { minSpans: 0.5 }],
  ['minSpace', { minSpace: -1 }],
  ['dropout', { dropout: 1 }],
])('a wrong %s is refused by name', (key, wrong) => {
  expect(() => draw(100, wrong)).toThrow(ConfigError);
  expect(() => draw(100, wrong)).toThrow(`spanMask: ${key} must be`);
});
