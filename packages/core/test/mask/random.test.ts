import fc from 'fast-check';
import { ConfigError, RandomStream, randomMask } from '@d2v/core';
import { chiSquareDeviate } from '../random/statistics.js';

const visible = (mask: Uint8Array): number => mask.filter((m) => m === 0).length;

describe('randomMask', () => {
  it.each([
    [512, 0.48, 266],
    [512, 0.5, 256],
    [10, 0.9, 0],
    [7, 0, 7],
    [7, 1, 0],
    [0, 0.5, 0],
  ])('of %p tokens masked at %p leaves %p visible', (tokens, maskProb, expected) => {
    expect(visible(randomMask(tokens, maskProb, new RandomStream([1])))).toBe(expected);
  });

  it('leaves ⌊L·(1 − p)⌋ visible for any length and share, a pure function of the key', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer(), (tokens, p, seed) => {
        const mask = randomMask(tokens, p, new RandomStream([seed]));
        expect(visible(mask)).toBe(Math.floor(tokens * (1 - p)));
        expect(randomMask(tokens, p, new RandomStream([seed]))).toEqual(mask);
      }),
    );
  });

  it('keeps what was visible when less is masked with the same stream', () => {
    const [most, least] = [0.8, 0.3].map((p) => randomMask(100, p, new RandomStream([9])));
    expect(most!.every((m, t) => m === 1 || least![t] === 0)).toBe(true);
  });

  it('masks every token equally often', () => {
    const sums = new Float64Array(32);
    for (let i = 0; i < 8000; i++)
      randomMask(32, 0.5, new RandomStream([i, 'even'])).forEach((m, t) => (sums[t]! += m));
    expect(Math.abs(chiSquareDeviate(sums, 4000))).toBeLessThan(5);
  });

  it('refuses a share outside [0, 1]', () => {
    expect(() => randomMask(4, -0.1, new RandomStream([1]))).toThrow(ConfigError);
  });
});
