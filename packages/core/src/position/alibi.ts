import {
  concat,
  mul,
  relu,
  reshape,
  tensor1d,
  tensor2d,
  tidy,
  zeros,
  type Rank,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import type { Positions } from '../encoder/encoder.js';

export interface AlibiOptions {
  readonly heads: number;
  /** Heads that are biased, the first ones; the others see no distance. Default: all. */
  readonly biasedHeads?: number;
  /** Extra tokens; their rows and columns are 0. */
  readonly extra: number;
  /** Whether a scale is learned, parameter `alibi_scale`; used as max(scale, 0). */
  readonly learnedScale: boolean;
  /** `head`: a scale for each head, shape (1, 1, H, 1, 1); `all`: one for all heads, (1, 1, 1, 1, 1). Default `head`. */
  readonly scalePer?: 'head' | 'all';
  /** What the scale starts with, or is fixed to where it is not learned. Default 1. */
  readonly scale?: number;
  /** Distance between two tokens. */
  readonly distance: (a: number, b: number) => number;
}

/** Slopes of symmetric ALiBi, one per head (reference: data2vec2.md §2.5). */
export function alibiSlopes(heads: number): number[] {
  const power = (n: number): number[] => {
    const start = 2 ** -(2 ** -(Math.log2(n) - 3));
    return Array.from({ length: n }, (_, i) => start ** (i + 1));
  };
  if (Number.isInteger(Math.log2(heads))) return power(heads);
  const lower = 2 ** Math.floor(Math.log2(heads));
  return [...power(lower), ...power(2 * lower).filter((_, i) => i % 2 === 0)].slice(0, heads);
}

/**
 * Attention bias −scale·slope·distance, (H, E + T, E + T), the same for every block (reference: data2vec2.md §2.5).
 *
 * @throws ConfigError when more heads are to be biased than there are
 */
export function alibiBias(options: AlibiOptions): NonNullable<Positions['attentionBias']> {
  const { heads, biasedHeads = heads, extra, learnedScale, scalePer = 'head', scale = 1 } = options;
  if (biasedHeads > heads) {
    throw new ConfigError(`alibi: ${biasedHeads} heads cannot be biased, the backbone has ${heads}`, {
      key: 'backbone.heads',
    });
  }
  const slopes = alibiSlopes(biasedHeads).map((slope) => (learnedScale ? -slope : -slope * Math.max(scale, 0)));
  const shape = [1, 1, scalePer === 'head' ? biasedHeads : 1, 1, 1];
  return {
    parameters: learnedScale ? { alibi_scale: { shape, init: { kind: 'constant', value: scale }, decay: false } } : {},
    bias: (p, tokens) =>
      tidy(() => {
        const side = extra + tokens;
        const bySlope = reshape(tensor1d(slopes), [biasedHeads, 1, 1]);
        const factors = learnedScale ? mul(bySlope, reshape(relu(p.get('alibi_scale')), [-1, 1, 1])) : bySlope;
        const bias = mul<Tensor3D>(tensor2d(distances(tokens, extra, options.distance), [side, side]), factors);
        return biasedHeads === heads ? bias : concat([bias, zeros<Rank.R3>([heads - biasedHeads, side, side])], 0);
      }),
  };
}

/** (E + T, E + T), 0 in the rows and columns of extra tokens. */
function distances(tokens: number, extra: number, distance: AlibiOptions['distance']): Float32Array {
  const side = extra + tokens;
  const table = new Float32Array(side * side);
  for (let i = 0; i < tokens; i++) {
    for (let j = 0; j < tokens; j++) table[(extra + i) * side + extra + j] = distance(i, j);
  }
  return table;
}
