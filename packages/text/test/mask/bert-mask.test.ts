import { RandomStream } from '@d2v/core';
import fc from 'fast-check';
import { bertMask } from '../../src/index.js';

const options = { ratio: 0.15, length: 1, leave: 0.1, random: 0.1 };
const count = (mask: Uint8Array): number => mask.reduce((sum, one) => sum + one, 0);
const share = (draws: number, tokens: number, of: (stream: RandomStream) => Uint8Array): number => {
  let total = 0;
  for (let i = 0; i < draws; i++) total += count(of(new RandomStream(['share', i])));
  return total / draws / tokens;
};

test('of 15 % selected tokens, 80 % are masked and 10 % become random', () => {
  const masked = share(2000, 512, (stream) => bertMask(512, options, stream).masked);
  const random = share(2000, 512, (stream) => bertMask(512, options, stream).random);
  expect(masked).toBeCloseTo(0.15 * 0.8, 2.5);
  expect(random).toBeCloseTo(0.15 * 0.1, 2.5);
});

// data2vec1.md §5.3 measured 30.7 % of 512 positions.
test('spans of 4 with a ratio of 0.35 mask 30.7 % of 512 positions', () => {
  const spans = { ratio: 0.35, length: 4, leave: 0, random: 0 };
  expect(share(2000, 512, (stream) => bertMask(512, spans, stream).masked)).toBeCloseTo(0.307, 2.5);
});

test('the number of selected tokens is the ratio rounded down or up', () => {
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 300 }), fc.integer(), (tokens, seed) => {
      const all = { ...options, leave: 0, random: 0 };
      const { masked } = bertMask(tokens, all, new RandomStream([seed]));
      expect([Math.floor(0.15 * tokens), Math.floor(0.15 * tokens + 1)]).toContain(count(masked));
    }),
  );
});

test('no token is both masked and random, and something is always masked', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer(), fc.boolean(), (tokens, seed, leaveAll) => {
      const shares = leaveAll ? { leave: 0.5, random: 0.5 } : {};
      const { masked, random } = bertMask(tokens, { ...options, ...shares }, new RandomStream([seed]));
      expect(count(masked)).toBeGreaterThan(0);
      expect(masked.every((hidden, t) => hidden + random[t]! <= 1)).toBe(true);
    }),
  );
});

test('whole words are masked and replaced as one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 80, max: 1 }), fc.integer(), (starts, seed) => {
      const { masked, random } = bertMask(starts.length, { ...options, ratio: 0.5 }, new RandomStream([seed]), starts);
      for (let t = 1; t < starts.length; t++) {
        if (starts[t]) continue;
        expect([masked[t], random[t]]).toEqual([masked[t - 1], random[t - 1]]);
      }
    }),
  );
});
