import fc from 'fast-check';
import { ConfigError, RandomStream, type Key } from '@d2v/core';
import { chiSquareDeviate, histogram, moments } from './statistics.js';

const firstBits = (stream: RandomStream, count: number): number[] => Array.from({ length: count }, () => stream.bits());
const draws = (count: number, draw: () => number): Float64Array => Float64Array.from({ length: count }, draw);

describe('RandomStream keys', () => {
  const part = fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));

  it('gives the same values for the same key', () => {
    fc.assert(
      fc.property(fc.array(part), (key) => {
        expect(firstBits(new RandomStream(key), 4)).toEqual(firstBits(new RandomStream(key), 4));
      }),
    );
  });

  it('gives different values for different keys', () => {
    const canonical = (key: Key): string => JSON.stringify(key.map((p) => (p === 0 ? 0 : p)));
    fc.assert(
      fc.property(fc.array(part), fc.array(part), (a, b) => {
        fc.pre(canonical(a) !== canonical(b));
        expect(firstBits(new RandomStream(a), 4)).not.toEqual(firstBits(new RandomStream(b), 4));
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[Key, Key]>([
    [['ab'], ['a', 'b']],
    [['1'], [1]],
    [[''], []],
    [
      [1, 'mask', 2],
      [1, 2, 'mask'],
    ],
    [
      [1, 23],
      [12, 3],
    ],
  ])('tells %j from %j', (a, b) => {
    expect(firstBits(new RandomStream(a), 4)).not.toEqual(firstBits(new RandomStream(b), 4));
  });

  it('takes 0 and -0 for the same number', () => {
    expect(firstBits(new RandomStream([-0]), 4)).toEqual(firstBits(new RandomStream([0]), 4));
  });

  it.each([NaN, Infinity])('refuses %p in a key', (bad) => {
    expect(() => new RandomStream(['seed', bad])).toThrow(ConfigError);
  });

  it('forks to the stream of the longer key, whatever was drawn before', () => {
    const parent = new RandomStream([1, 'a']);
    const before = firstBits(parent.fork('b', 2), 4);
    parent.bits();
    parent.normal();
    expect(firstBits(parent.fork('b', 2), 4)).toEqual(before);
    expect(firstBits(new RandomStream([1, 'a', 'b', 2]), 4)).toEqual(before);
  });

  it('is not advanced by a fork', () => {
    const [a, b] = [new RandomStream([7]), new RandomStream([7])];
    a.fork('x').bits();
    expect(a.bits()).toBe(b.bits());
  });
});

describe('streams of consecutive keys', () => {
  const COUNT = 50_000;
  const OUTPUTS = 4;
  it.each<[string, (i: number) => Key]>([
    ['sample', (i) => [1, 'mask', 7, i]],
    ['update', (i) => [1, 'mask', i, 3]],
    ['seed', (i) => [i, 'mask', 3, 3]],
    ['update and sample', (i) => [1, 'mask', i, i]],
    ['name', (i) => [1, `blocks.${i}`]],
  ])('are independent over %s', (_, key) => {
    const outputs = Array.from({ length: OUTPUTS }, () => new Uint32Array(COUNT));
    for (let i = 0; i < COUNT; i++) {
      const stream = new RandomStream(key(i));
      for (const bits of outputs) bits[i] = stream.bits();
    }
    // 37 deviates are looked at 20 times: of sound generators, one in 2000 exceeds 5 somewhere.
    for (const bits of outputs) {
      for (const shift of [0, 22]) {
        const counts = histogram(bits, 1024, (b) => (b >>> shift) & 1023);
        expect(Math.abs(chiSquareDeviate(counts, COUNT / 1024))).toBeLessThan(5);
      }
      for (const lag of [1, 2, 16]) {
        const pairs = bits.slice(lag).map((b, i) => ((b >>> 27) << 5) | (bits[i]! >>> 27));
        expect(
          Math.abs(
            chiSquareDeviate(
              histogram(pairs, 1024, (p) => p),
              pairs.length / 1024,
            ),
          ),
        ).toBeLessThan(5);
      }
      for (let bit = 0; bit < 32; bit++) {
        let flips = 0;
        for (let i = 1; i < COUNT; i++) flips += ((bits[i]! ^ bits[i - 1]!) >>> bit) & 1;
        expect(Math.abs(flips - COUNT / 2) / Math.sqrt(COUNT / 4)).toBeLessThan(5);
      }
    }
  });
});

describe('RandomStream draws', () => {
  const COUNT = 100_000;
  /** Five standard errors of the mean of COUNT values. */
  const within = (deviation: number): number => (5 * deviation) / Math.sqrt(COUNT);

  it('draws 32 bits that are uniform in every byte', () => {
    const stream = new RandomStream([3, 'bits']);
    const bits = draws(COUNT, () => stream.bits());
    for (const shift of [0, 8, 16, 24]) {
      expect(
        Math.abs(
          chiSquareDeviate(
            histogram(bits, 256, (b) => (b >>> shift) & 255),
            COUNT / 256,
          ),
        ),
      ).toBeLessThan(5);
    }
  });

  it('fills an array with the values that bits() would have given', () => {
    const [a, b] = [new RandomStream([3, 'fill']), new RandomStream([3, 'fill'])];
    const filled = new Int32Array(1000);
    a.fillBits(filled);
    expect([...filled].map((word) => word >>> 0)).toEqual(firstBits(b, 1000));
    expect(a.bits()).toBe(b.bits());
  });

  it('draws uniform numbers of [low, high)', () => {
    const stream = new RandomStream([3, 'uniform']);
    const values = draws(COUNT, () => stream.uniform(-2, 6));
    expect(values.every((v) => v >= -2 && v < 6)).toBe(true);
    expect(
      Math.abs(
        chiSquareDeviate(
          histogram(values, 100, (v) => Math.floor((v + 2) * 12.5)),
          COUNT / 100,
        ),
      ),
    ).toBeLessThan(5);
  });

  it('draws whole numbers below n, each equally often', () => {
    const stream = new RandomStream([3, 'below']);
    const counts = histogram(
      draws(COUNT, () => stream.below(7)),
      7,
      (v) => v,
    );
    expect(Math.abs(chiSquareDeviate(counts, COUNT / 7))).toBeLessThan(5);
  });

  it('draws normal numbers', () => {
    const stream = new RandomStream([3, 'normal']);
    const { mean, variance, skewness, kurtosis } = moments(draws(COUNT, () => stream.normal()));
    expect(Math.abs(mean)).toBeLessThan(within(1));
    expect(Math.abs(variance - 1)).toBeLessThan(within(Math.sqrt(2)));
    expect(Math.abs(skewness)).toBeLessThan(within(Math.sqrt(6)));
    expect(Math.abs(kurtosis)).toBeLessThan(within(Math.sqrt(24)));
  });

  it.each([0.2, 0.7, 1, 2.5, 30])('draws gamma(%p) numbers', (shape) => {
    const stream = new RandomStream([3, 'gamma', shape]);
    const { mean, variance } = moments(draws(COUNT, () => stream.gamma(shape)));
    expect(Math.abs(mean - shape)).toBeLessThan(within(Math.sqrt(shape)));
    // The variance of a sample variance is (μ₄ − σ⁴) / n, with μ₄ = 3k² + 6k.
    expect(Math.abs(variance - shape)).toBeLessThan(within(Math.sqrt(2 * shape * shape + 6 * shape)));
  });

  it.each([
    [0.7, 0.7],
    [0.8, 0.8],
    [1, 1],
    [2, 5],
  ])('draws beta(%p, %p) numbers', (a, b) => {
    const stream = new RandomStream([3, 'beta', a, b]);
    const { mean, variance } = moments(draws(COUNT, () => stream.beta(a, b)));
    const expected = (a * b) / ((a + b) ** 2 * (a + b + 1));
    expect(Math.abs(mean - a / (a + b))).toBeLessThan(within(Math.sqrt(expected)));
    // The square of a deviation is at most 1, and its variance at most its mean.
    expect(Math.abs(variance - expected)).toBeLessThan(within(Math.sqrt(expected)));
  });

  it('draws beta numbers of tiny parameters as almost certain 0 or 1', () => {
    const stream = new RandomStream([3, 'tiny']);
    const values = draws(10_000, () => stream.beta(1e-4, 1e-4));
    expect(values.every((v) => v >= 0 && v <= 1)).toBe(true);
    expect(Math.abs(moments(values).mean - 0.5)).toBeLessThan((5 * 0.5) / 100);
  });

  it.each([0, -1, NaN])('refuses a gamma shape of %p', (shape) => {
    expect(() => new RandomStream([1]).gamma(shape)).toThrow(ConfigError);
  });

  it('samples distinct integers', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.integer(), (x, y, seed) => {
        const [n, count] = [Math.max(x, y), Math.min(x, y)];
        const picked = new RandomStream([seed]).sample(n, count);
        expect(new Set(picked).size).toBe(count);
        expect(picked.every((i) => i >= 0 && i < n)).toBe(true);
      }),
    );
  });

  it('samples every integer equally often in every place', () => {
    const stream = new RandomStream([3, 'sample']);
    const places = new Float64Array(30);
    for (let i = 0; i < 30_000; i++) stream.sample(10, 3).forEach((v, place) => places[place * 10 + v]!++);
    expect(Math.abs(chiSquareDeviate(places, 3000))).toBeLessThan(5);
  });

  it('refuses more distinct integers than there are', () => {
    expect(() => new RandomStream([1]).sample(3, 4)).toThrow('cannot draw 4 distinct integers of [0, 3)');
  });
});
