import { ConfigError, SampleError } from '@d2v/core';
import fc from 'fast-check';
import { createOrder, sampleLengths } from '../../src/data/create-order.js';
import { evaluationBatches } from '../../src/data/evaluation-batches.js';
import { LengthOrder } from '../../src/data/length-order.js';
import { BatchOrder } from '../../src/data/order.js';
import type { SampleSource } from '../../src/data/source.js';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** Lengths and limits that fit each other. */
const cases = fc
  .record({
    lengths: fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 120 }),
    batchSize: fc.integer({ min: 1, max: 30 }),
    spare: fc.integer({ min: 0, max: 2000 }),
    seed: fc.nat(),
  })
  .map(({ lengths, batchSize, spare, seed }) => ({
    lengths,
    seed,
    limits: { batchSize, batchTokens: Math.max(1, ...lengths) + spare },
  }));

test('every epoch holds each sample once, in the same number of updates', () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 0, max: 3 }), ({ lengths, limits, seed }, epoch) => {
      const order = new LengthOrder(lengths, limits, seed);
      const updates = upTo(order.perEpoch).map((i) => epoch * order.perEpoch + i + 1);
      const samples = updates.flatMap((update) => order.batch(update));
      expect(ascending(samples)).toEqual(upTo(lengths.length));
      expect(order.batchSize * order.perEpoch).toBeCloseTo(lengths.length, 6);
    }),
  );
});

test('no batch is over its budget or its size, and none is empty', () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 200 }), ({ lengths, limits, seed }, update) => {
      const batch = new LengthOrder(lengths, limits, seed).batch(update);
      const longest = Math.max(...batch.map((index) => lengths[index]!));
      expect(batch.length).toBeGreaterThan(0);
      expect(batch.length).toBeLessThanOrEqual(limits.batchSize);
      expect(longest * batch.length).toBeLessThanOrEqual(limits.batchTokens);
    }),
  );
});

test('a batch is a function of the update alone, whatever was asked for before', () => {
  fc.assert(
    fc.property(
      cases,
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 }),
      ({ lengths, limits, seed }, updates) => {
        const used = new LengthOrder(lengths, limits, seed);
        for (const update of updates) {
          expect(used.batch(update)).toEqual(new LengthOrder(lengths, limits, seed).batch(update));
        }
      },
    ),
  );
});

const lengths = upTo(400).map((i) => 1000 + ((i * 7919) % 9000));
const limits = { batchSize: 64, batchTokens: 60_000 };

test('batches hold samples of similar length, and little padding', () => {
  const order = new LengthOrder(lengths, limits, 1);
  let [real, padded] = [0, 0];
  for (const update of upTo(order.perEpoch)) {
    const own = order.batch(update + 1).map((index) => lengths[index]!);
    real += own.reduce((sum, length) => sum + length, 0);
    padded += Math.max(...own) * own.length;
  }
  expect(real / padded).toBeGreaterThan(0.9);
});

test('epochs deal the samples anew and in another order; so do seeds', () => {
  const order = new LengthOrder(lengths, limits, 1);
  const epoch = (from: LengthOrder, e: number) => upTo(from.perEpoch).map((i) => from.batch(e * from.perEpoch + i + 1));
  const sorted = (batches: readonly (readonly number[])[]) => batches.map(ascending).map(String).sort();
  expect(sorted(epoch(order, 1))).not.toEqual(sorted(epoch(order, 0)));
  expect(epoch(new LengthOrder(lengths, limits, 2), 0)).not.toEqual(epoch(order, 0));
  const first = epoch(order, 0).map((batch) => lengths[batch[0]!]!);
  expect(first).not.toEqual([...first].sort((a, b) => b - a));
});

test('what stands in for a bad sample is no longer than it, while there is such a one, and all others come once', () => {
  const order = new LengthOrder([50, 10, 40, 20, 30], { batchSize: 2, batchTokens: 100 }, 1);
  expect([1, 2, 3, 4].map((attempt) => order.standIn(4, attempt))).toEqual([3, 1, 2, 0]);
  expect([1, 2, 3, 4].map((attempt) => order.standIn(1, attempt))).toEqual([3, 4, 2, 0]);
  for (const index of upTo(5)) {
    expect(ascending([index, ...[1, 2, 3, 4].map((attempt) => order.standIn(index, attempt))])).toEqual(upTo(5));
  }
});

test('a budget that a single sample exceeds is refused', () => {
  const create = () => new LengthOrder([5, 101], { batchSize: 2, batchTokens: 100 }, 1);
  expect(create).toThrow(ConfigError);
  expect(create).toThrow('training.batchTokens is 100, but the longest sample has 101');
});

describe('from a source', () => {
  const source = (more: Partial<SampleSource> = {}): SampleSource => ({
    size: 3,
    name: (index) => `sample ${index}`,
    load: () => Promise.reject(new Error('not loaded')),
    close: () => Promise.resolve(),
    ...more,
  });
  const bad = source({
    length: (index) => (index === 1 ? Promise.reject(new SampleError('sample 1', 'is torn')) : 10 * (index + 1)),
  });
  const options = { batchSize: 2, seed: 1, onBadSample: 'stop' } as const;

  test('without a budget the order is plain', async () => {
    expect(await createOrder(bad, options)).toBeInstanceOf(BatchOrder);
    expect(await evaluationBatches(bad, options)).toEqual([[0, 1], [2]]);
  });

  test('a budget takes lengths', async () => {
    const creating = createOrder(source(), { ...options, batchTokens: 10 });
    await expect(creating).rejects.toThrow('the dataset does not say how long its samples are');
  });

  test('a bad sample stops the run, or counts as the shortest and is told when it is loaded', async () => {
    await expect(createOrder(bad, { ...options, batchTokens: 100 })).rejects.toThrow('sample 1: is torn');
    expect(await sampleLengths(bad, 'skip')).toEqual(Float64Array.of(10, 0, 30));
    const order = await createOrder(bad, { ...options, onBadSample: 'skip', batchTokens: 100 });
    expect(order.size).toBe(3);
  });

  test('evaluation takes long samples one by one', async () => {
    const good = source({ length: (index) => [10, 50, 12][index]! });
    expect(await evaluationBatches(good, { ...options, batchTokens: 20 })).toEqual([[1], [2, 0]]);
  });
});
