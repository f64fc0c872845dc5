import { z } from 'zod';
import { durationSchema, updatesOf, type TrainingLength } from './duration.js';
import type { Schedule } from './learning-rate.js';

const decay = z.number().min(0).max(1);

/** How the teacher's decay τ moves over training; `start` = `end` keeps it constant. */
export const emaDecaySchema = z.strictObject({
  start: decay.default(0.999).describe('τ at the first update.'),
  end: decay.default(0.9999).describe('τ after the ramp; 1 freezes the teacher.'),
  ramp: durationSchema.default(30_000).describe('Length of the linear ramp: updates, "10 epochs" or "3 %".'),
});
export type EmaDecayConfig = z.infer<typeof emaDecaySchema>;

/**
 * The teacher's decay: a linear ramp (reference: data2vec1.md §2.1). The argument u counts completed updates, the one
 * that the averaging follows included, so the first averaging has u = 1.
 *
 *     τ(u) = end − (end − start)·(1 − u/n)   for u < n,   end afterwards
 */
export function emaDecay(config: EmaDecayConfig, length: TrainingLength): Schedule {
  const n = updatesOf(config.ramp, length);
  const { start, end } = config;
  return (u) => (u >= n ? end : end - (end - start) * (1 - u / n));
}
