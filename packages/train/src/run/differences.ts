/** A key whose value differs between two configurations. */
export interface Difference {
  /** Dotted path. */
  readonly key: string;
  /** Absent: the key is not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Where two plain values differ, by dotted key, in the order of the first and then of the second. Lists are compared whole. */
export function differences(before: unknown, after: unknown, prefix = ''): Difference[] {
  if (isMapping(before) && isMapping(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], prefix ? `${prefix}.${key}` : key));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ key: prefix, before, after }];
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
