import { uploadBatch, type Network, type Weights } from '@d2v/core';
import { dispose, div, mean, mul, reshape, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** The features of samples, on the host. */
export interface Embedding {
  /** (B, D) row by row: the mean over a sample's real tokens. */
  readonly pooled: Float32Array;
  /** (B, T, D) row by row; padded tokens are there, with values of no meaning. */
  readonly tokens: Float32Array;
  /** Real tokens of each sample. */
  readonly lengths: readonly number[];
}

/** Features of a batch of samples, nothing masked. Leaves no tensor behind. */
export async function embed(network: Network, weights: Weights, samples: readonly unknown[]): Promise<Embedding> {
  const host = network.encoder.collate(samples);
  const batch = uploadBatch({ batch: host, drawn: {} });
  const [pooled, tokens] = tidy((): [Tensor, Tensor] => {
    const { tokens: x } = network.features(weights, batch.inputs, batch.real);
    if (!batch.real) return [mean(x, 1), x];
    const real = reshape(batch.real, [host.size, host.tokens, 1]);
    return [div(sum(mul(x, real), 1), sum(real, 1)), x];
  });
  try {
    const lengths = host.lengths ?? Array.from({ length: host.size }, () => host.tokens);
    return { pooled: (await pooled.data()) as Float32Array, tokens: (await tokens.data()) as Float32Array, lengths };
  } finally {
    dispose([pooled, tokens, batch.real, Object.values(batch.inputs)].flat().filter((tensor) => tensor !== undefined));
  }
}
