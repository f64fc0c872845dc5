/** The value at a dotted key of a configuration; absent when there is none. */
export function lookup(config: unknown, key: string): unknown {
  let value = config;
  for (const part of key.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** The number at a dotted key; absent when something else is there. */
export function numberAt(config: unknown, key: string): number | undefined {
  const value = lookup(config, key);
  return typeof value === 'number' ? value : undefined;
}

/** The text at a dotted key; absent when something else is there. */
export function textAt(config: unknown, key: string): string | undefined {
  const value = lookup(config, key);
  return typeof value === 'string' ? value : undefined;
}
