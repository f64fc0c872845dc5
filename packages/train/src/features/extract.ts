import { disposeBatch, uploadBatch, type HostBatch, type Network, type Weights } from '@d2v/core';
import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { SampleSource } from '../data/source.js';
import { labelsAndNames, sampleBatches } from './batches.js';
import { checkPool, poolFeatures, SampleLengthError, selectLayers, type PoolOptions } from './pool.js';

/** One vector for each sample of a dataset, in JavaScript memory. */
export interface FeatureSet {
  /** (N, D), row by row. */
  readonly features: Float32Array;
  /** N */
  readonly size: number;
  /** D */
  readonly dim: number;
  /** Class of each sample; absent for unlabelled data. */
  readonly labels?: Int32Array;
  /** Name of each sample. */
  readonly names: readonly string[];
  /** Class names by label. */
  readonly classes?: readonly string[];
}

/** Called as samples are done. */
export type FeatureProgress = (done: number, total: number) => void;

export interface ExtractOptions extends PoolOptions {
  readonly network: Network;
  /** Complete weights of the network; they stay the caller's. */
  readonly weights: Weights;
  readonly source: SampleSource;
  /** Samples at once; default 64. */
  readonly batchSize?: number;
  readonly onProgress?: FeatureProgress;
}

/**
 * Runs every sample of a source through a frozen network: nothing masked, nothing dropped. Leaves no tensor behind.
 *
 * @throws ConfigError when the network, or samples of several lengths, cannot be pooled as asked
 * @throws SampleError naming the sample that cannot be read
 */
export async function extractFeatures(options: ExtractOptions): Promise<FeatureSet> {
  const { network, weights, source, batchSize = 64, onProgress } = options;
  checkPool(network, options);
  let [features, dim] = [new Float32Array(), 0];
  for await (const { start, samples } of sampleBatches(source, batchSize)) {
    const pooled = forward(network, weights, network.encoder.collate(samples), (output) =>
      poolFeatures(network, output, options),
    );
    if (start === 0) {
      dim = pooled.shape[1]!;
      features = new Float32Array(source.size * dim);
    }
    const values = await download(pooled);
    if (values.length !== samples.length * dim) throw new SampleLengthError(options.pool ?? 'mean');
    features.set(values, start * dim);
    onProgress?.(start + samples.length, source.size);
  }
  return {
    features,
    size: source.size,
    dim,
    ...labelsAndNames(source),
    ...(source.classes && { classes: source.classes }),
  };
}

/** Features of every token of a few samples, extra tokens left out. */
export interface TokenFeatures {
  /** (B, T, D), row by row; those of padding mean nothing. */
  readonly features: Float32Array;
  readonly shape: readonly [samples: number, tokens: number, dim: number];
  /** Real tokens of each sample; absent when nothing is padded. */
  readonly lengths?: readonly number[];
}

export interface TokenFeatureOptions extends Pick<PoolOptions, 'layers'> {
  readonly network: Network;
  readonly weights: Weights;
  /** One batch of transformed samples. */
  readonly samples: readonly unknown[];
}

/** Token features of one batch: what a report colours by their principal components. Leaves no tensor behind. */
export async function extractTokens({
  network,
  weights,
  samples,
  layers,
}: TokenFeatureOptions): Promise<TokenFeatures> {
  checkPool(network, { layers });
  const host = network.encoder.collate(samples);
  const tokens = forward(network, weights, host, (output) =>
    network.withoutExtra(selectLayers(network, output, layers)),
  );
  const shape = tokens.shape as [number, number, number];
  return { features: await download(tokens), shape, ...(host.lengths ? { lengths: host.lengths } : {}) };
}

/** One pass without gradient; only the result of `f` outlives it. */
function forward<T extends Tensor>(
  network: Network,
  weights: Weights,
  host: HostBatch,
  f: (output: ReturnType<Network['features']>) => T,
): T {
  const batch = uploadBatch({ batch: host, drawn: {} });
  try {
    return tidy(() => f(network.features(weights, batch.inputs, batch.real)));
  } finally {
    disposeBatch(batch);
  }
}

async function download(tensor: Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}
