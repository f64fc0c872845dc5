import type { Network, Weights } from '@d2v/core';
import type { SampleSource } from '../data/source.js';
import { extractFeatures } from '../features/index.js';

/**
 * Features of samples that are in memory, the mean over each one's real tokens. Leaves no tensor behind.
 *
 * @returns (B, D) row by row
 */
export async function embed(network: Network, weights: Weights, samples: readonly unknown[]): Promise<Float32Array> {
  const source: SampleSource = {
    size: samples.length,
    name: String,
    load: ({ index }) => Promise.resolve(samples[index]),
    close: () => Promise.resolve(),
  };
  const { features } = await extractFeatures({ network, weights, source, batchSize: samples.length, pool: 'mean' });
  return features;
}
