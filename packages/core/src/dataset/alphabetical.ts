/** Distinct strings in the order of their code units, the same on every machine. */
export function alphabetical(names: Iterable<string>): string[] {
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
