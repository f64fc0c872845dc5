import { z } from 'zod';

/** Which tokens are hidden in pre-training. */
export const maskSchema = z.strictObject({
  ratio: z.number().gt(0).lt(1).default(0.6).describe('Fraction of tokens that are hidden, met exactly.'),
  length: z.int().min(2).default(4).describe('Tokens of a block.'),
  adjust: z.number().min(0).default(0.1).describe('Added to the fraction when the number of blocks is chosen.'),
  inverse: z.boolean().default(false).describe('Blocks are the visible part.'),
});

/** The signal encoder: windows of `length` steps, cut into tokens of `patch` steps. */
export const encoderSchema = z.strictObject({
  channels: z.int().positive().default(1).describe('Values of a time step.'),
  length: z.int().positive().default(256).describe('Longest window in time steps; a multiple of patch.'),
  patch: z.int().positive().default(8).describe('Time steps of a token.'),
  mask: maskSchema.prefault({}).describe('Which tokens are hidden in pre-training.'),
});

export type EncoderConfig = z.infer<typeof encoderSchema>;
