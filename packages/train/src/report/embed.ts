import type { Network, Weights } from '@d2v/core';
import type { SampleSource } from '../data/source.js';
import { extractFeatures, type FeatureSet, type PoolOptions } from '../features/index.js';

/** Features of samples that are in memory. Leaves no tensor behind. */
export function embed(
  network: Network,
  weights: Weights,
  samples: readonly unknown[],
  pool: PoolOptions,
): Promise<FeatureSet> {
  const source: SampleSource = {
    size: samples.length,
    name: String,
    load: ({ index }) => Promise.resolve(samples[index]),
    close: () => Promise.resolve(),
  };
  return extractFeatures({ network, weights, source, batchSize: samples.length, ...pool });
}
