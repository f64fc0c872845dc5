import { expectAllclose } from '../../src/testing/index.js';
import { dropPathRates } from '../../src/backbone/blocks.js';
import { backboneSchema } from '../../src/index.js';

const rates = (depth: number, prenetDepth: number, dropPath: number) =>
  dropPathRates(backboneSchema.parse({ depth, prenetDepth, dropPath }));

test('without a prenet, drop path rises linearly over the blocks', () => {
  const { prenet, shared } = rates(5, 0, 0.2);
  expect(prenet).toEqual([]);
  expectAllclose(shared, [0, 0.05, 0.1, 0.15, 0.2]);
});

test('with a prenet, both follow the ramp of the shared depth', () => {
  // d = linspace(0, 0.9, 10); prenet linspace(0, d[1], 2), shared linspace(d[2], d[9], 10).
  const { prenet, shared } = rates(10, 2, 0.9);
  expectAllclose(prenet, [0, 0.1]);
  expectAllclose(
    shared,
    Array.from({ length: 10 }, (_, i) => 0.2 + (0.7 * i) / 9),
  );
});

test('a single block never drops its path', () => {
  expect(rates(1, 0, 0.5).shared).toEqual([0]);
});
