import { z } from 'zod';

/** The regression loss (reference: data2vec1.md §2.4). */
export const lossSchema = z
  .strictObject({
    beta: z
      .number()
      .min(0)
      .default(0)
      .describe('0: squared error; above: smooth L1 with its quadratic part within ±β.'),
    scale: z.number().positive().nullable().default(null).describe('Factor of the loss; null: 1/√dim.'),
  })
  .prefault({})
  .describe('Regression loss.');

export type LossConfig = z.infer<typeof lossSchema>;

export const lossScale = ({ scale }: LossConfig, dim: number): number => scale ?? 1 / Math.sqrt(dim);
