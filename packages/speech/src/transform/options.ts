import { z } from 'zod';

const seconds = (description: string) => z.number().gt(0).optional().describe(description);

export const transformSchema = z.strictObject({
  normalise: z
    .boolean()
    .default(true)
    .describe('Shift and scale every utterance to mean 0 and variance 1, as data2vec and wav2vec 2 large do.'),
  minSeconds: seconds(
    'Refuse shorter recordings (left out with training.onBadSample: skip); default: what one frame of the encoder needs, 400 samples as published. To drop them before training, set minSeconds of the reader.',
  ),
  maxSeconds: seconds(
    'Longest piece that training takes of a recording, cut out at random. A recording with a transcript is refused instead: its words would not be known.',
  ),
  evaluation: z
    .enum(['whole', 'middle'])
    .default('whole')
    .describe('What evaluation takes of a recording longer than maxSeconds.'),
  silence: z
    .enum(['keep', 'refuse'])
    .default('keep')
    .describe('A recording whose samples are all the same: silence that is normalised is zeros.'),
});

export type TransformOptions = z.output<typeof transformSchema>;
