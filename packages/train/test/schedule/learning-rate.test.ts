import { ConfigError } from '@d2v/core';
import fc from 'fast-check';
import { learningRate, scheduleSchema, type ScheduleInput } from '../../src/schedule/index.js';

const schedule = (input: ScheduleInput, peak: number, total: number, perEpoch?: number) =>
  learningRate(scheduleSchema.parse(input), peak, { total, perEpoch });

describe('values of the formulas', () => {
  test('constant: linear warm-up, then the peak', () => {
    const rate = schedule({ name: 'constant', warmup: 4 }, 0.2, 100);
    expect([0, 1, 2, 3, 4, 99, 1000].map(rate)).toEqual([0, 0.05, 0.1, expect.closeTo(0.15, 12), 0.2, 0.2, 0.2]);
  });

  test('cosine: m + (P − m)·s/w, then half a cosine', () => {
    const rate = schedule({ name: 'cosine', warmup: 10, minimum: 1e-5 }, 2e-3, 110);
    expect(rate(0)).toBe(1e-5);
    expect(rate(5)).toBeCloseTo(1e-5 + (2e-3 - 1e-5) * 0.5, 12);
    expect(rate(10)).toBeCloseTo(2e-3, 12);
    expect(rate(60)).toBeCloseTo((2e-3 + 1e-5) / 2, 12); // cos(π/2) = 0
    expect(rate(35)).toBeCloseTo(1e-5 + 0.5 * (2e-3 - 1e-5) * (1 + Math.SQRT1_2), 12); // cos(π/4)
    expect(rate(110)).toBeCloseTo(1e-5, 12);
    expect(rate(500)).toBeCloseTo(1e-5, 12);
  });

  test('tri-stage with the LibriSpeech phases of 3/90/7 % decays exponentially', () => {
    const rate = schedule({ name: 'tri-stage' }, 5e-4, 400_000);
    expect(rate(0)).toBeCloseTo(5e-6, 12);
    expect(rate(6_000)).toBeCloseTo(5e-4 * 0.505, 12);
    expect(rate(12_000)).toBe(5e-4);
    expect(rate(371_999)).toBe(5e-4);
    expect(rate(372_000)).toBeCloseTo(5e-4, 12);
    expect(rate(386_000)).toBeCloseTo(5e-5, 12); // half way down in the logarithm: 0.01^0.5
    expect(rate(400_000)).toBeCloseTo(5e-6, 12);
    expect(rate(1e6)).toBeCloseTo(5e-6, 12);
  });

  test('tri-stage with phases in updates, no hold, and another final scale', () => {
    const rate = schedule({ name: 'tri-stage', phases: [8, 0, 72], finalScale: 0.05 }, 1e-5, 80);
    expect(rate(8)).toBe(1e-5);
    expect(rate(44)).toBeCloseTo(1e-5 * Math.sqrt(0.05), 14);
    expect(rate(80)).toBeCloseTo(5e-7, 14);
  });

  test('polynomial: warm-up, then a power of what is left', () => {
    const line = schedule({ name: 'polynomial', warmup: 320 }, 1e-5, 5336);
    expect(line(0)).toBe(0);
    expect(line(160)).toBeCloseTo(5e-6, 14);
    expect(line(320)).toBeCloseTo(1e-5, 14);
    expect(line(2828)).toBeCloseTo(5e-6, 14); // 320 + (5336 − 320)/2
    expect(line(5336)).toBe(0);
    const square = schedule({ name: 'polynomial', power: 2, end: 0.1 }, 1.1, 100);
    expect(square(0)).toBeCloseTo(1.1, 12);
    expect(square(50)).toBeCloseTo(0.1 + 0.25, 12);
    expect(square(200)).toBeCloseTo(0.1, 12);
  });

  test('warm-ups in epochs and in per cent of the training', () => {
    expect(schedule({ name: 'constant', warmup: '10 epochs' }, 1, 8000, 10)(50)).toBe(0.5);
    expect(schedule({ name: 'constant', warmup: '2.5 %' }, 1, 8000)(100)).toBe(0.5);
    expect(schedule({ name: 'constant', warmup: '1 update' }, 1, 8000)(1)).toBe(1);
  });
});

describe('every schedule', () => {
  const any = fc.oneof(
    fc.record({ name: fc.constant('constant' as const), warmup: fc.integer({ min: 0, max: 50 }) }),
    fc.record({
      name: fc.constant('cosine' as const),
      warmup: fc.integer({ min: 0, max: 50 }),
      minimum: fc.double({ min: 0, max: 1e-3, noNaN: true }),
    }),
    fc.record({
      name: fc.constant('polynomial' as const),
      warmup: fc.integer({ min: 0, max: 50 }),
      power: fc.double({ min: 0.5, max: 3, noNaN: true }),
    }),
    fc.record({
      name: fc.constant('tri-stage' as const),
      phases: fc.tuple(fc.nat(15), fc.nat(15), fc.nat(20)) as fc.Arbitrary<[number, number, number]>,
    }),
  );

  test('stays between 0 and the peak, and reaches it', () => {
    fc.assert(
      fc.property(any, fc.integer({ min: 51, max: 300 }), (config, total) => {
        const rate = schedule(config, 0.5, total);
        const rates = Array.from({ length: total + 5 }, (_, s) => rate(s));
        expect(Math.min(...rates)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...rates)).toBeLessThanOrEqual(0.5 + 1e-12);
        const start = config.name === 'tri-stage' ? config.phases[0] : config.warmup;
        const top = config.name === 'tri-stage' && config.phases[1] + config.phases[2] === 0 ? 0.005 : 0.5;
        expect(rate(start)).toBeCloseTo(top, 12);
      }),
    );
  });

  test('rises through the warm-up and never rises after it', () => {
    fc.assert(
      fc.property(any, fc.integer({ min: 51, max: 300 }), (config, total) => {
        const rate = schedule(config, 0.5, total);
        const start = config.name === 'tri-stage' ? config.phases[0] : config.warmup;
        for (let s = 0; s < total; s++) {
          if (s + 1 < start) expect(rate(s + 1)).toBeGreaterThan(rate(s));
          else if (s >= start) expect(rate(s + 1)).toBeLessThanOrEqual(rate(s) + 1e-15);
        }
      }),
    );
  });
});

describe('what does not fit', () => {
  test('a warm-up longer than the training', () => {
    expect(() => schedule({ name: 'cosine', warmup: 200 }, 1, 100)).toThrow(ConfigError);
    expect(() => schedule({ name: 'cosine', warmup: 200 }, 1, 100)).toThrow(/warm-up of 200 updates.*100 updates/);
  });

  test('phases longer than the training', () => {
    expect(() => schedule({ name: 'tri-stage', phases: [60, 0, 60] }, 1, 100)).toThrow(/60 \+ 0 \+ 60.*100 updates/);
  });

  test('epochs whose length is not known', () => {
    expect(() => schedule({ name: 'cosine', warmup: '2 epochs' }, 1, 100)).toThrow(/length of an epoch/);
  });

  test.each([-1, 1.5, 'soon', '5 hours', '-3 %'])('%p is no duration', (warmup) => {
    expect(scheduleSchema.safeParse({ name: 'cosine', warmup }).success).toBe(false);
  });
});
