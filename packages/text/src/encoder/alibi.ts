import { alibiBias, type Encoder } from '@d2v/core';
import { mul, relu, reshape, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import type { EncoderConfig } from './config.js';

type AttentionBias = NonNullable<Encoder['positions']['attentionBias']>;

/**
 * ALiBi by the distance in tokens times max(scale, 0), parameter `alibi_scale` (1, 1, H or 1, 1, 1)
 * (reference: data2vec2.md §2.5).
 */
export function scaledAlibi(
  heads: number,
  { extraTokens, alibi }: Pick<EncoderConfig, 'extraTokens'> & { alibi: NonNullable<EncoderConfig['alibi']> },
): AttentionBias {
  const distance = (a: number, b: number): number => Math.abs(a - b);
  const { bias } = alibiBias({ heads, extra: extraTokens, learnedScale: false, distance });
  const scales = alibi.perHead ? heads : 1;
  return {
    parameters: {
      alibi_scale: {
        shape: [1, 1, scales, 1, 1],
        init: { kind: 'constant', value: alibi.scale },
        decay: false,
        trainable: alibi.learned,
      },
    },
    bias: (p, tokens) =>
      tidy(() => mul(bias(p, tokens), reshape(relu(p.get('alibi_scale')), [scales, 1, 1])) as Tensor3D),
  };
}
