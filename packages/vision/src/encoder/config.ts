import { z } from 'zod';

const side = () => z.number().int().positive();

/** Which patches are hidden (reference: data2vec1.md §3.3, data2vec2.md §3.2). */
export const maskSchema = z.discriminatedUnion('strategy', [
  z.strictObject({
    strategy: z.literal('inverseBlock').describe("Visible square windows on a hidden image: data2vec 2's choice."),
    ratio: z.number().gt(0).lt(1).default(0.8).describe('Fraction of patches that are hidden, met exactly.'),
    adjust: z
      .number()
      .min(0)
      .default(0.07)
      .describe('Added to the visible fraction when the number of windows is chosen.'),
    length: z.number().int().min(2).default(3).describe('Side of a window in patches.'),
  }),
  z.strictObject({
    strategy: z.literal('block').describe('Hidden square windows.'),
    ratio: z.number().gt(0).lt(1).default(0.6).describe('Fraction of patches that are hidden, met exactly.'),
    adjust: z
      .number()
      .min(0)
      .default(0.07)
      .describe('Added to the hidden fraction when the number of windows is chosen.'),
    length: z.number().int().min(2).default(3).describe('Side of a window in patches.'),
  }),
  z.strictObject({
    strategy: z
      .literal('blockwise')
      .describe("Hidden rectangles of random size, BEiT's and data2vec 1's choice; the count varies up to `patches`."),
    patches: side().default(120).describe('Patches to hide at most.'),
    minPatches: side().default(16).describe('Smallest rectangle, in patches.'),
    maxPatches: side().nullable().default(null).describe('Largest rectangle, in patches; null: the whole image.'),
    minAspect: z.number().gt(0).max(1).default(0.3).describe('Narrowest aspect ratio; the widest is its inverse.'),
  }),
  z.strictObject({
    strategy: z.literal('random').describe('Patches hidden independently.'),
    ratio: z.number().gt(0).lt(1).default(0.75).describe('Fraction of patches that are hidden, met exactly.'),
  }),
]);

export type MaskConfig = z.infer<typeof maskSchema>;

/** The image encoder: 16×16 patches of a 224² image unless told otherwise. */
export const encoderSchema = z.strictObject({
  imageSize: z
    .union([side(), z.tuple([side(), side()])])
    .default(224)
    .describe('Side of the square input in pixels, or [height, width].'),
  patchSize: side().default(16).describe('Side of a patch in pixels.'),
  channels: z
    .union([z.literal(1), z.literal(3)])
    .default(3)
    .describe('1: grey, 3: colour.'),
  positions: z
    .enum(['sinCos', 'relative', 'alibi', 'learned', 'none'])
    .default('sinCos')
    .describe(
      'sinCos: fixed, added (data2vec 2); relative: learned attention bias (data2vec 1); alibi: attention bias by distance; learned: added.',
    ),
  learnedAlibiScale: z.boolean().default(false).describe('alibi only: learn one scale per head.'),
  extraTokens: z.number().int().min(0).default(1).describe('Learned tokens before the patches (cls).'),
  extraTokenStd: z.number().min(0).default(1).describe('Standard deviation of their initial values; 0: zeros.'),
  contextNorm: z.boolean().default(true).describe('Layer norm before the first block (data2vec 2).'),
  initialisation: z
    .enum(['xavier', 'beit'])
    .default('xavier')
    .describe('Initial patch projection: Xavier uniform or truncated normal.'),
  mask: maskSchema.prefault({ strategy: 'inverseBlock' }).describe('Which patches are hidden in pre-training.'),
});

export type EncoderConfig = z.infer<typeof encoderSchema>;

/** [height, width] of the input in pixels. */
export function imageShape({ imageSize }: Pick<EncoderConfig, 'imageSize'>): [number, number] {
  return typeof imageSize === 'number' ? [imageSize, imageSize] : imageSize;
}
