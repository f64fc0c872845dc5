import { ConfigError, type Encoder, type HostBatch } from '@d2v/core';
import type { SampleSource } from '../data/source.js';
import { labelsAndNames, sampleBatches } from './batches.js';
import type { FeatureProgress, FeatureSet } from './extract.js';

export interface RawOptions {
  readonly source: SampleSource;
  /** Samples at once; default 256. */
  readonly batchSize?: number;
  readonly onProgress?: FeatureProgress;
}

/**
 * What the encoder is given, flattened: the baseline that learnt features must beat.
 *
 * @throws ConfigError when samples differ in size, as padded sequences do
 */
export async function rawFeatures(encoder: Encoder, options: RawOptions): Promise<FeatureSet> {
  const { source, batchSize = 256, onProgress } = options;
  let features = new Float32Array(0);
  let dim = 0;
  for await (const { start, samples } of sampleBatches(source, batchSize)) {
    const host = encoder.collate(samples);
    const size = sampleSize(host);
    if (start === 0) {
      dim = size;
      features = new Float32Array(source.size * dim);
    }
    if (size !== dim || host.lengths?.some((length) => length !== host.lengths![0])) {
      throw new ConfigError(
        `raw features: the samples from ${source.name(start)} on differ in size from those before`,
        {
          hint: 'this baseline needs samples of one size; leave it out, or crop all samples alike',
        },
      );
    }
    fill(features, dim, host, start);
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

const sampleSize = ({ inputs, size }: HostBatch): number =>
  Object.values(inputs).reduce((total, { data }) => total + data.length / size, 0);

/** Writes each sample's values, input after input, into its row. */
function fill(features: Float32Array, dim: number, { inputs, size }: HostBatch, start: number): void {
  let column = 0;
  for (const { data } of Object.values(inputs)) {
    const width = data.length / size;
    for (let i = 0; i < size; i++) {
      features.set(data.subarray(i * width, (i + 1) * width), (start + i) * dim + column);
    }
    column += width;
  }
}
