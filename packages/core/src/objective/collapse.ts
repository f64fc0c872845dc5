import { z } from 'zod';
import { CollapseError } from '../errors.js';

/** When a run counts as collapsed (reference: data2vec1.md §6, data2vec2.md §9). */
export const collapseSchema = z
  .strictObject({
    after: z.number().int().min(0).default(5000).describe('Updates before the check starts.'),
    minTargetVar: z.number().min(0).default(0).describe('Stop when target_var falls below; 0: never.'),
    minPredVar: z.number().min(0).default(0).describe('Stop when pred_var falls below; 0: never.'),
  })
  .prefault({})
  .describe('Collapse monitor.');

export type CollapseConfig = z.infer<typeof collapseSchema>;

/**
 * Stops a run whose representations no longer vary.
 *
 * @throws CollapseError naming the metric, its value and threshold, and what usually helps
 */
export function checkCollapse(update: number, metrics: Readonly<Record<string, number>>, config: CollapseConfig): void {
  if (update < config.after) return;
  const limits = { target_var: config.minTargetVar, pred_var: config.minPredVar };
  for (const [name, limit] of Object.entries(limits)) {
    const value = metrics[name];
    if (value === undefined || value >= limit) continue;
    throw new CollapseError(
      `the representation collapsed: ${name} is ${value.toFixed(4)} at update ${update}, below ${limit}`,
      {
        hint: 'lower the learning rate or lengthen its warm-up, raise the first teacher decay, or use longer masks; checkpoints from before are kept',
      },
    );
  }
}
