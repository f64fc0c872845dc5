import { z } from 'zod';
import { maskSchema } from '../mask/index.js';
import type { ConvLayer } from './lengths.js';

const size = () => z.number().int().positive();

/** Waveform → features, every layer a convolution (reference: data2vec1.md §4.2). */
export const extractorSchema = z.strictObject({
  layers: z
    .array(z.tuple([size(), size(), size()]))
    .min(1)
    .default((): ConvLayer[] => [[512, 10, 5], ...repeat([512, 3, 2], 4), ...repeat([512, 2, 2], 2)])
    .describe('Layers, first to last: [channels, kernel, stride].'),
  norm: z
    .enum(['layer', 'group'])
    .default('layer')
    .describe(
      "layer: layer norm after each convolution; group: group norm after the first alone, as wav2vec 2.0's base model.",
    ),
  bias: z.boolean().default(false).describe('Whether convolutions have a bias.'),
  gradientScale: z
    .number()
    .min(0)
    .default(1)
    .describe('Factor of the gradient that reaches the convolutions; 0: they keep their weights.'),
});

/** Convolutions whose output is added to the frames as their positions (reference: data2vec1.md §4.3). */
export const convPositionsSchema = z.strictObject({
  layers: z.number().int().min(0).default(5).describe('Convolutions, each with layer norm and GELU; 0: none.'),
  kernel: size().default(19).describe('Frames that a convolution sees.'),
  groups: size().default(16).describe('Groups of channels; must divide backbone.dim.'),
  preNorm: z.boolean().default(false).describe('Layer norm before the first convolution.'),
  weightNorm: z
    .boolean()
    .default(false)
    .describe(
      "One convolution with weight norm and GELU instead, as wav2vec 2.0's; takes layers: 1, e.g. with kernel: 128.",
    ),
});

/** Attention bias by distance (reference: data2vec2.md §2.5). */
export const alibiSchema = z.strictObject({
  scale: z
    .enum(['off', 'fixed', 'learned'])
    .default('learned')
    .describe(
      "off: no attention bias (data2vec 1); otherwise the distances' factor, one per head, is fixed or learned.",
    ),
  initialScale: z.number().default(1).describe('The fixed factor, or what the learned ones start with.'),
  perHead: z.boolean().default(true).describe('Learned factors: one for each head, or one for all.'),
  heads: size().nullable().default(null).describe('Heads that are biased, from the first; null: all.'),
});

/** The speech encoder: 16 kHz waveforms → 50 frames a second, as data2vec 2's base model unless told otherwise. */
export const encoderSchema = z.strictObject({
  extractor: extractorSchema.prefault({}).describe('Convolutions over the waveform.'),
  inputDropout: z.number().min(0).max(1).default(0).describe('Dropout on the projected frames, before masking.'),
  positions: convPositionsSchema.prefault({}).describe('Convolutional positions.'),
  alibi: alibiSchema.prefault({}).describe('Attention bias by distance.'),
  extraTokens: z.number().int().min(0).default(0).describe('Learned tokens before the frames.'),
  extraTokenStd: z.number().min(0).default(0).describe('Standard deviation of their initial values; 0: zeros.'),
  contextNorm: z.boolean().default(true).describe('Layer norm after the positions, before the first block.'),
  padding: z
    .enum(['exact', 'first', 'none'])
    .default('exact')
    .describe(
      'Which positional convolutions find zeros in padded frames. exact: all, so that padding never changes a real frame; ' +
        "first: the first alone, as in the published code of data2vec 1; none: as in data2vec 2's.",
    ),
  timeMaskFill: z
    .enum(['zero', 'noise', 'token'])
    .default('zero')
    .describe(
      "What frames that a task's time mask hides become in fine-tuning: zeros, normal noise of σ 0.01 (data2vec 2), or the " +
        'learned mask token (data2vec 1).',
    ),
  mask: maskSchema.prefault({ strategy: 'block' }).describe('Which frames are hidden in pre-training.'),
});

export type EncoderConfig = z.output<typeof encoderSchema>;
export type ExtractorConfig = EncoderConfig['extractor'];
export type ConvPositionsConfig = EncoderConfig['positions'];
function repeat(layer: ConvLayer, times: number): ConvLayer[] {
  return Array.from({ length: times }, () => layer);
}
