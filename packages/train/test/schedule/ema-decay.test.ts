import { emaDecay, emaDecaySchema } from '../../src/schedule/index.js';

test('ramps linearly from start to end and stays there', () => {
  const decay = emaDecay({ start: 0.999, end: 0.9999, ramp: 30_000 }, { total: 400_000 });
  expect(decay(0)).toBeCloseTo(0.999, 12);
  expect(decay(1)).toBeCloseTo(0.9999 - 0.0009 * (1 - 1 / 30_000), 14);
  expect(decay(15_000)).toBeCloseTo(0.99945, 12);
  expect(decay(30_000)).toBe(0.9999);
  expect(decay(400_000)).toBe(0.9999);
});

test('is constant without a ramp, and when start equals end', () => {
  expect(emaDecay({ start: 0.9, end: 0.9998, ramp: 0 }, { total: 10 })(0)).toBe(0.9998);
  const constant = emaDecay({ start: 0.9998, end: 0.9998, ramp: '50 %' }, { total: 10 });
  expect([0, 3, 9].map(constant)).toEqual([0.9998, 0.9998, 0.9998]);
});

test('a decay above 1 is refused', () => {
  expect(emaDecaySchema.safeParse({ start: 0.9, end: 1.1 }).success).toBe(false);
});
