import { z } from 'zod';

/** Mixing of labelled images in fine-tuning (reference: data2vec1.md §3.6, data2vec2.md §8.1). */
export const mixSchema = z.strictObject({
  mixup: z.number().min(0).default(0.8).describe('α of the Beta(α, α) that weights two blended images; 0: no mixup.'),
  cutmix: z
    .number()
    .min(0)
    .default(1)
    .describe("α of the Beta(α, α) that gives the area kept of an image when a box of another's replaces it; 0: off."),
  probability: z.number().min(0).max(1).default(1).describe('How likely a batch is mixed at all.'),
  switchProbability: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('How likely a batch is mixed by cutmix rather than by mixup, where both are on.'),
  labelSmoothing: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('Share of the label that is spread evenly over all classes.'),
});

/** What `mixSchema` yields. */
export type MixOptions = z.output<typeof mixSchema>;
