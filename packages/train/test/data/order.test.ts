import fc from 'fast-check';
import { BatchOrder } from '../../src/data/order.js';

const sizes = { size: fc.integer({ min: 1, max: 60 }), batchSize: fc.integer({ min: 1, max: 40 }), seed: fc.nat() };
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test('the batches of an epoch, laid end to end, are each sample once, and the next epoch follows without a gap', () => {
  fc.assert(
    fc.property(fc.record(sizes), fc.integer({ min: 1, max: 4 }), ({ size, batchSize, seed }, epochs) => {
      const order = new BatchOrder(size, batchSize, seed);
      const updates = Math.ceil((epochs * size) / batchSize);
      const sequence = upTo(updates).flatMap((i) => order.batch(i + 1));
      expect(sequence).toHaveLength(updates * batchSize);
      for (const epoch of upTo(epochs)) {
        const samples = sequence.slice(epoch * size, (epoch + 1) * size);
        expect(samples.sort((a, b) => a - b)).toEqual(upTo(size));
      }
    }),
  );
});

test('a batch is a function of the update alone, whatever was asked for before', () => {
  fc.assert(
    fc.property(
      fc.record(sizes),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 }),
      ({ size, batchSize, seed }, updates) => {
        const used = new BatchOrder(size, batchSize, seed);
        for (const update of updates) {
          expect(used.batch(update)).toEqual(new BatchOrder(size, batchSize, seed).batch(update));
        }
      },
    ),
  );
});

test('epochs and seeds differ in their order', () => {
  const order = new BatchOrder(50, 50, 1);
  expect(order.batch(1)).not.toEqual(order.batch(2));
  expect(order.batch(1)).not.toEqual(new BatchOrder(50, 50, 2).batch(1));
  expect(order.batch(1)).not.toEqual(upTo(50));
});

test('an epoch need not be a whole number of updates', () => {
  expect(new BatchOrder(10, 4, 1).perEpoch).toBe(2.5);
});
