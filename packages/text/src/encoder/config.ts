import type { RandomStream } from '@d2v/core';
import { z } from 'zod';

const rate = () => z.number().min(0).max(1);
const size = () => z.int().positive();

/** Which tokens are hidden (reference: data2vec1.md §5.3, data2vec2.md §3.4). */
export const maskSchema = z.discriminatedUnion('strategy', [
  z.strictObject({
    strategy: z.literal('random').describe("Tokens hidden independently: data2vec 2's choice."),
    ratio: z.number().gt(0).lt(1).default(0.48).describe('Fraction of tokens that are hidden, met exactly.'),
  }),
  z.strictObject({
    strategy: z
      .literal('bert')
      .describe("BERT's masks and their span variant, data2vec 1's choice; the count varies from text to text."),
    ratio: z.number().gt(0).lt(1).default(0.15).describe('Expected share of tokens that are selected.'),
    length: size().default(1).describe('Tokens, or words, of a span.'),
    leave: rate().default(0.1).describe('Share of the selected tokens that stay as they are and are not predicted.'),
    random: rate()
      .default(0.1)
      .describe('Share of the selected tokens that become random ones; they are not predicted either.'),
    wholeWords: z.boolean().default(false).describe('Select words instead of tokens.'),
  }),
]);

export type MaskConfig = z.output<typeof maskSchema>;

/** The text encoder: RoBERTa's vocabulary and 512 positions unless told otherwise (reference: data2vec1.md §5.2). */
export const encoderSchema = z.strictObject({
  vocabulary: size().default(50265).describe('Rows of the token table: the number of token ids.'),
  maxTokens: size().default(512).describe('Longest sequence, special tokens included.'),
  padding: z.int().min(0).default(1).describe('Id of <pad>.'),
  maskToken: z.int().min(0).nullable().default(null).describe('Id of <mask>; null: the last one.'),
  specialTokens: z
    .int()
    .min(0)
    .default(4)
    .describe('Ids below this one are special: a random token never takes their place.'),
  positions: z
    .enum(['learned', 'sinusoidal', 'none'])
    .default('learned')
    .describe('Added to the tokens: a learned table, fixed sines and cosines, or nothing.'),
  embeddingNorm: z.boolean().default(true).describe('Layer norm of the sum of token and position.'),
  normEpsilon: z.number().positive().default(1e-5).describe('ε of that layer norm.'),
  scaleEmbedding: z.boolean().default(false).describe('Multiplies the token embedding by √dim.'),
  dropout: rate().default(0.1).describe('Dropout of the embedding.'),
  zeroPadding: z
    .boolean()
    .default(false)
    .describe('Sets the embedding of padding to 0, as data2vec 1 does; data2vec 2 does not.'),
  alibi: z
    .strictObject({
      learned: z.boolean().default(true).describe('Whether the scale learns.'),
      perHead: z.boolean().default(true).describe('One scale for each head instead of one for all.'),
      scale: z.number().default(1).describe('Initial scale.'),
    })
    .nullable()
    .default(null)
    .describe('Attention bias by distance (ALiBi), scaled; null: none.'),
  extraTokens: z.int().min(0).default(0).describe('Learned tokens before the text.'),
  contextNorm: z.boolean().default(false).describe('Layer norm before the first block, as with prenet blocks.'),
  padToMultiple: size()
    .default(8)
    .describe('Batches are padded to a multiple of so many tokens, at most maxTokens, so that few shapes occur.'),
  mask: maskSchema.prefault({ strategy: 'random' }).describe('Which tokens are hidden in pre-training.'),
});

export type EncoderConfig = z.output<typeof encoderSchema>;

/** Id of `<mask>`. */
export function maskTokenOf({ maskToken, vocabulary }: Pick<EncoderConfig, 'maskToken' | 'vocabulary'>): number {
  return maskToken ?? vocabulary - 1;
}

/** An id drawn uniformly among those that are neither special nor `<mask>`. */
export function randomToken(
  config: Pick<EncoderConfig, 'maskToken' | 'vocabulary' | 'specialTokens'>,
  stream: RandomStream,
): number {
  const { vocabulary, specialTokens } = config;
  const mask = maskTokenOf(config);
  if (mask < specialTokens) return specialTokens + stream.below(vocabulary - specialTokens);
  const id = specialTokens + stream.below(vocabulary - specialTokens - 1);
  return id < mask ? id : id + 1;
}
