import { ConfigError } from '@d2v/core';
import { z } from 'zod';

const TEXT = /^(\d+(?:\.\d+)?) ?(%|updates?|epochs?)$/;

/**
 * A span of training in a configuration: a number of updates (`5000`), or text: `"5000 updates"`, `"10 epochs"`,
 * `"3 %"` of the whole training.
 */
export const durationSchema = z
  .union([z.int().min(0), z.string().regex(TEXT)])
  .meta({ title: 'updates, "10 epochs" or "3 %"' });
export type Duration = z.infer<typeof durationSchema>;

/** How long a training is: what durations are measured against. */
export interface TrainingLength {
  /** Updates of the whole training. */
  readonly total: number;
  /** Updates that see the training set once; needed for durations in epochs. */
  readonly perEpoch?: number;
}

/**
 * A duration in updates, rounded down.
 *
 * @throws ConfigError for epochs when the length of an epoch is not known, and for text that is no duration
 */
export function updatesOf(duration: Duration, length: TrainingLength): number {
  if (typeof duration === 'number') return duration;
  const [, amount, unit] = TEXT.exec(duration) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new ConfigError(`'${duration}' is no duration`, { hint: 'write 5000, "10 epochs" or "3 %"' });
  }
  if (unit === '%') return Math.floor((length.total * Number(amount)) / 100);
  if (unit.startsWith('update')) return Math.floor(Number(amount));
  if (length.perEpoch === undefined) {
    throw new ConfigError(`'${duration}' needs the length of an epoch, which is not known here`, {
      hint: 'give a number of updates',
    });
  }
  return Math.floor(Number(amount) * length.perEpoch);
}
