/**
 * The candidate that a misspelt word most likely meant, or nothing: the closest by edit distance (at most a third of
 * the word's length, and at least 1, wrong letters, case aside), else one of which the word is an abbreviation
 * (`lr` for `learningRate`).
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const bare = word.toLowerCase().replace(/[-_]/g, '');
  const limit = Math.max(1, Math.floor(bare.length / 3));
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(bare, candidate.toLowerCase().replace(/[-_]/g, '')) }))
    .sort((a, b) => a.distance - b.distance);
  if (best && best.distance <= limit) return best.candidate;
  return candidates.find((candidate) => initials(candidate) === bare);
}

function initials(word: string): string {
  return word
    .replace(/([A-Z])/g, '-$1')
    .split(/[-_]+/)
    .map((part) => part.charAt(0))
    .join('')
    .toLowerCase();
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    const above = rows[i - 1]!;
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(replaced, above[j]! + 1, row[j - 1]! + 1, swapped ? rows[i - 2]![j - 2]! + 1 : Infinity));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
