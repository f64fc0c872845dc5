import { sampleLengths, type OrderOptions } from './create-order.js';
import { lengthBatches } from './length-order.js';
import type { SampleSource } from './source.js';

/**
 * The batches of an evaluation, each sample once: in the dataset's order, or of similar length where there is a budget.
 * A sample over the budget is a batch of its own.
 */
export async function evaluationBatches(
  source: SampleSource,
  { batchSize, batchTokens, onBadSample }: Omit<OrderOptions, 'seed'>,
): Promise<number[][]> {
  if (batchTokens === undefined || !source.length) return consecutive(source.size, batchSize);
  const lengths = await sampleLengths(source, onBadSample);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  return lengthBatches(lengths, { batchSize, batchTokens: Math.max(batchTokens, longest) });
}

/** The samples of a dataset in their order, so many at a time; the last batch may be smaller. */
function consecutive(size: number, batchSize: number): number[][] {
  return Array.from({ length: Math.ceil(size / batchSize) }, (_, batch) =>
    Array.from({ length: Math.min(batchSize, size - batch * batchSize) }, (_, i) => batch * batchSize + i),
  );
}
