import { ConfigError, SampleError } from '@d2v/core';
import { LengthOrder } from './length-order.js';
import { BatchOrder, type Order } from './order.js';
import type { SampleSource } from './source.js';

/** Samples whose lengths are asked for at once. */
const asked = 64;

export interface OrderOptions {
  readonly batchSize: number;
  readonly batchTokens?: number;
  readonly seed: number;
  readonly onBadSample: 'stop' | 'skip';
}

/**
 * The order of a training: plain batches, or batches of similar length where there is a budget.
 *
 * @throws ConfigError when the dataset does not tell lengths or the budget is too small; SampleError when the length of
 *   a sample cannot be read and bad samples stop the run
 */
export async function createOrder(source: SampleSource, options: OrderOptions): Promise<Order> {
  const { batchSize, batchTokens, seed, onBadSample } = options;
  if (batchTokens === undefined) return new BatchOrder(source.size, batchSize, seed);
  if (!source.length) {
    throw new ConfigError('training.batchTokens: the dataset does not say how long its samples are', {
      key: 'training.batchTokens',
      hint: 'remove it: training.batchSize alone sets the samples of an update',
    });
  }
  return new LengthOrder(await sampleLengths(source, onBadSample), { batchSize, batchTokens }, seed);
}

/** The lengths of all samples; 0 for bad ones that are to be skipped: they are told when they are loaded. */
export async function sampleLengths(source: SampleSource, onBadSample: 'stop' | 'skip'): Promise<Float64Array> {
  const lengths = new Float64Array(source.size);
  const read = async (index: number): Promise<void> => {
    try {
      lengths[index] = await source.length!(index);
    } catch (error) {
      if (onBadSample === 'stop' || !(error instanceof SampleError)) throw error;
    }
  };
  for (let start = 0; start < source.size; start += asked) {
    await Promise.all(Array.from({ length: Math.min(asked, source.size - start) }, (_, i) => read(start + i)));
  }
  return lengths;
}
