import { z } from 'zod';

const share = () => z.number().gt(0).lt(1);
const whole = () => z.number().int().min(0);

/** Where spans lie, of frames or of channels (reference: data2vec1.md §4.4). */
export const spanOptions = {
  lengths: z
    .enum(['static', 'uniform', 'normal', 'poisson'])
    .default('static')
    .describe('static: every span has `length`; otherwise lengths are drawn around it.'),
  other: z
    .number()
    .min(0)
    .default(0)
    .describe('uniform: the shortest length, up to 2·length; normal: the standard deviation.'),
  overlap: z.boolean().default(true).describe('Whether spans may overlap.'),
  minSpace: whole().default(1).describe('Visible positions between spans that do not overlap.'),
};

/** Which frames are hidden in pre-training (reference: data2vec1.md §4.4, data2vec2.md §3.3). */
export const maskSchema = z.discriminatedUnion('strategy', [
  z.strictObject({
    strategy: z
      .literal('block')
      .describe("Blocks around random frames, balanced to the exact share: data2vec 2's choice."),
    ratio: share().default(0.5).describe('Fraction of frames that are hidden, met exactly.'),
    adjust: z.number().min(0).default(0.05).describe('Added to the fraction when the number of blocks is chosen.'),
    length: z.number().int().min(2).default(5).describe('Frames of a block.'),
    inverse: z.boolean().default(false).describe('Blocks are the visible part.'),
    dropout: share().or(z.literal(0)).default(0).describe('Share of surplus blocks that are drawn and trimmed again.'),
  }),
  z.strictObject({
    strategy: z.literal('span').describe("Spans from random starts: data2vec 1's choice."),
    prob: z
      .number()
      .gt(0)
      .max(1)
      .default(0.65)
      .describe('Number of spans times their length, as a share of the frames.'),
    length: z.number().int().positive().default(10).describe('Frames of a span.'),
    ...spanOptions,
    minSpans: whole().default(1).describe('Fewest spans in an utterance.'),
    dropout: share().or(z.literal(0)).default(0).describe('Share of the masked frames that are uncovered again.'),
    sameCount: z
      .enum(['subset', 'add', 'none'])
      .default('subset')
      .describe(
        'Equal number of masked frames in a batch: subset uncovers surplus ones, add hides more. data2vec 2 needs one.',
      ),
  }),
  z.strictObject({
    strategy: z.literal('random').describe('Frames hidden independently.'),
    ratio: share().default(0.5).describe('Fraction of frames that are hidden, met exactly.'),
  }),
]);

export type MaskConfig = z.output<typeof maskSchema>;
