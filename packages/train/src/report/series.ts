import type { LogRecord } from '../run/index.js';
import type { Curve } from './downsample.js';

/** Prefix of what is measured on the validation set, in log keys. */
export const VALIDATION = 'validation/';

/** The values of a key by update, in the order of the log; of two records of one update the later counts. */
export function curveOf(records: readonly LogRecord[], key: string): Curve {
  const values = new Map<number, number | null>();
  for (const record of records) {
    const value = record[key];
    if (typeof value === 'number') values.set(record.update, Number.isFinite(value) ? value : null);
  }
  const points = [...values].sort(([a], [b]) => a - b);
  return { x: points.map(([update]) => update), y: points.map(([, value]) => value) };
}

/** When something was logged: what curves are drawn over. */
const CLOCKS = new Set(['update', 'wall_seconds']);

/** Keys of a log that hold measured numbers, in the order in which they appear. */
export function keysOf(records: readonly LogRecord[]): string[] {
  const keys = new Set<string>();
  for (const record of records) {
    for (const [key, value] of Object.entries(record)) if (typeof value === 'number' && !CLOCKS.has(key)) keys.add(key);
  }
  return [...keys];
}

/** First, lowest, highest and last value of a curve; absent when it has no value. */
export function rangeOf({
  x,
  y,
}: Curve): { first: number; low: number; high: number; last: number; at: number } | undefined {
  let range: ReturnType<typeof rangeOf>;
  y.forEach((value, i) => {
    if (value === null) return;
    const at = x[i]!;
    range = range
      ? { first: range.first, low: Math.min(range.low, value), high: Math.max(range.high, value), last: value, at }
      : { first: value, low: value, high: value, last: value, at };
  });
  return range;
}
