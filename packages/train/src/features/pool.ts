import { ConfigError, layerNorm, type Features, type Network, type NetworkOutput } from '@d2v/core';
import {
  add,
  concat,
  div,
  expandDims,
  mean,
  mul,
  reshape,
  slice,
  sum,
  tidy,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { pyramidMeans } from './pyramid.js';

/**
 * How a sample's tokens become one vector: their mean, the first one (`<s>` of a text), the last extra token, mean and last
 * extra token one after the other, all tokens one after the other, or a pyramid of means: of the whole, 2 × 2 and 3 × 3 parts
 * (of a sequence 2 and 3 sections). The last two keep what is where, and need samples of one length.
 */
export const POOLS = ['mean', 'first', 'cls', 'mean+cls', 'tokens', 'pyramid'] as const;
export type Pool = (typeof POOLS)[number];

export interface PoolOptions {
  /** Default: mean. */
  readonly pool?: Pool;
  /**
   * Averages the outputs of the last so many shared blocks, each layer-normalised without parameters; default: the
   * network's own output.
   */
  readonly layers?: number;
}

/** @throws ConfigError when a network cannot be pooled like that */
export function checkPool(network: Network, { pool = 'mean', layers }: PoolOptions): void {
  if (!POOLS.includes(pool)) {
    throw new ConfigError(`pool: '${String(pool)}' is not one of ${POOLS.join(', ')}`, { key: 'pool' });
  }
  if (pool.endsWith('cls') && network.encoder.extraTokens.count === 0) {
    throw new ConfigError(`pool '${pool}': this encoder has no extra tokens`, { key: 'pool', hint: "use pool 'mean'" });
  }
  const { depth } = network.config;
  if (layers !== undefined && !(Number.isInteger(layers) && layers >= 1 && layers <= depth)) {
    throw new ConfigError(`layers: ${layers} of ${depth} shared blocks`, { key: 'layers', hint: `give 1 to ${depth}` });
  }
}

/** The token features that are pooled, (B, E + T, D). */
export function selectLayers(network: Network, { x, blocks }: NetworkOutput, layers?: number): Tensor3D {
  if (layers === undefined) return x;
  return tidy(() => {
    const normal = blocks.slice(-layers).map((block) => layerNorm(block.x, network.config.normEpsilon));
    return div(
      normal.reduce((total, y) => add(total, y)),
      normal.length,
    );
  });
}

/**
 * One vector a sample: (B, D), (B, 2·D) for `mean+cls`, (B, T·D) for `tokens`, (B, R·D) for the R parts of a `pyramid`.
 * Extra tokens count for `cls` only; the mean is over real tokens.
 *
 * @throws ConfigError when the pool wants an extra token and there is none, or every token and some are padding
 */
export function poolFeatures(network: Network, output: Features & NetworkOutput, options: PoolOptions): Tensor2D {
  checkPool(network, options);
  const { pool = 'mean', layers } = options;
  return tidy(() => {
    const all = selectLayers(network, output, layers);
    if (pool === 'tokens' || pool === 'pyramid') return inPlace(network, network.withoutExtra(all), pool, output.real);
    if (pool === 'first') return tokenAt(network.withoutExtra(all), 0);
    const parts = [
      ...(pool === 'cls' ? [] : [meanToken(network.withoutExtra(all), output.real)]),
      ...(pool === 'mean' ? [] : [tokenAt(all, network.encoder.extraTokens.count - 1)]),
    ];
    return parts.length === 1 ? parts[0]! : concat(parts, 1);
  });
}

function inPlace({ encoder }: Network, tokens: Tensor3D, pool: 'tokens' | 'pyramid', real?: Tensor2D): Tensor2D {
  if (real) throw new SampleLengthError(pool);
  const [rows, count, dim] = tokens.shape;
  if (pool === 'pyramid') return pyramidMeans(tokens, encoder.grid ?? [count]);
  return reshape(tokens, [rows, count * dim]);
}

/** Samples of several lengths cannot be compared token by token. */
export class SampleLengthError extends ConfigError {
  constructor(pool: Pool) {
    super(`pool '${pool}' needs samples of one length, and these differ`, { key: 'pool', hint: "use pool 'mean'" });
  }
}

function meanToken(tokens: Tensor3D, real?: Tensor2D): Tensor2D {
  if (!real) return mean(tokens, 1) as Tensor2D;
  return div(sum(mul(tokens, expandDims(real, 2)), 1), sum(real, 1, true)) as Tensor2D;
}

function tokenAt(tokens: Tensor3D, index: number): Tensor2D {
  const [rows, , dim] = tokens.shape;
  return reshape(slice(tokens, [0, index, 0], [-1, 1, -1]), [rows, dim]);
}
