import { z } from 'zod';

const beta = z.number().min(0).lt(1);

/** Section `optimizer` of a configuration. */
export const optimizerSchema = z.strictObject({
  name: z.literal('adamw').default('adamw').describe('AdamW with decoupled weight decay.'),
  learningRate: z.number().gt(0).describe('Peak learning rate; `schedule` shapes it over training.'),
  betas: z.tuple([beta, beta]).default([0.9, 0.98]).describe('Decay of the running means of gradient and square.'),
  eps: z.number().gt(0).default(1e-6).describe('Added to the root of the second moment.'),
  weightDecay: z
    .number()
    .min(0)
    .default(0.01)
    .describe('Decoupled: each update subtracts learningRate · weightDecay · w.'),
  decay: z
    .enum(['matrices', 'all'])
    .default('matrices')
    .describe('What decays: only matrices and larger, or every parameter, biases and norms too (fairseq data2vec 1).'),
  clipNorm: z.number().min(0).default(0).describe('Largest global norm of the gradients; 0 = no clipping.'),
  layerDecay: z
    .strictObject({
      rule: z.enum(['beit', 'data2vec2']).default('beit').describe('Scale the embedding too (beit), or only blocks.'),
      rate: z.number().gt(0).max(1).describe('Factor from one block to the one below it.'),
    })
    .optional()
    .describe('Layer-wise learning-rate decay, for fine-tuning.'),
  decoderScale: z.number().min(0).default(1).describe("The decoder's learning rate as a multiple of the others'."),
  headScale: z
    .number()
    .min(0)
    .default(1)
    .describe("The fine-tuning head's learning rate as a multiple of the others'."),
});
export type OptimizerConfig = z.infer<typeof optimizerSchema>;
