import { mul, relu, reshape, tensor3d, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import type { Positions } from '../encoder/encoder.js';

export interface AlibiOptions {
  readonly heads: number;
  /** Extra tokens; their rows and columns are 0. */
  readonly extra: number;
  /** Whether a scale per head is learned, parameter `alibi_scale` (1, 1, H, 1, 1); used as max(scale, 0). */
  readonly learnedScale: boolean;
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

/** Attention bias −slope·distance, the same for every block. */
export function alibiBias({
  heads,
  extra,
  learnedScale,
  distance,
}: AlibiOptions): NonNullable<Positions['attentionBias']> {
  const slopes = alibiSlopes(heads);
  return {
    parameters: learnedScale
      ? { alibi_scale: { shape: [1, 1, heads, 1, 1], init: { kind: 'ones' }, decay: false } }
      : {},
    bias: (p, tokens) =>
      tidy(() => {
        const side = extra + tokens;
        const table = new Float32Array(heads * side * side);
        for (let h = 0; h < heads; h++) {
          for (let i = 0; i < tokens; i++) {
            for (let j = 0; j < tokens; j++) {
              table[(h * side + extra + i) * side + extra + j] = -slopes[h]! * distance(i, j);
            }
          }
        }
        const bias = tensor3d(table, [heads, side, side]);
        return learnedScale ? (mul(bias, reshape(relu(p.get('alibi_scale')), [heads, 1, 1])) as Tensor3D) : bias;
      }),
  };
}
