/** One step from a reference to a hypothesis; positions where only one side has something lack the other. */
export type Edit =
  | { readonly kind: 'match' | 'substitution'; readonly reference: string; readonly hypothesis: string }
  | { readonly kind: 'deletion'; readonly reference: string }
  | { readonly kind: 'insertion'; readonly hypothesis: string };

const LEFT = 1;
const UP = 2;

/**
 * The fewest substitutions, insertions and deletions that turn the reference into the hypothesis (Levenshtein 1966), each
 * counting 1; of equally short alignments one with the most matches.
 *
 * @returns matches and edits in order; memory and time grow with the product of the lengths
 */
export function alignEdits(reference: readonly string[], hypothesis: readonly string[]): Edit[] {
  const columns = hypothesis.length + 1;
  const from = new Uint8Array((reference.length + 1) * columns); // 0: diagonal
  const edit = reference.length + hypothesis.length + 1; // so that substitutions, at edit + 1, decide between equals
  let before = Float64Array.from({ length: columns }, (_, j) => j * edit);
  from.fill(LEFT, 1, columns);
  for (let i = 1; i <= reference.length; i++) {
    const row = new Float64Array(columns);
    row[0] = i * edit;
    from[i * columns] = UP;
    for (let j = 1; j < columns; j++) {
      const diagonal = before[j - 1]! + (reference[i - 1] === hypothesis[j - 1] ? 0 : edit + 1);
      const best = Math.min(diagonal, before[j]! + edit, row[j - 1]! + edit);
      row[j] = best;
      from[i * columns + j] = best === diagonal ? 0 : best === before[j]! + edit ? UP : LEFT;
    }
    before = row;
  }
  return backtrace(reference, hypothesis, from);
}

function backtrace(reference: readonly string[], hypothesis: readonly string[], from: Uint8Array): Edit[] {
  const edits: Edit[] = [];
  let [i, j] = [reference.length, hypothesis.length];
  while (i > 0 || j > 0) {
    const way = from[i * (hypothesis.length + 1) + j];
    if (way !== LEFT) i--;
    if (way !== UP) j--;
    if (way === LEFT) edits.push({ kind: 'insertion', hypothesis: hypothesis[j]! });
    else if (way === UP) edits.push({ kind: 'deletion', reference: reference[i]! });
    else {
      const kind = reference[i] === hypothesis[j] ? 'match' : 'substitution';
      edits.push({ kind, reference: reference[i]!, hypothesis: hypothesis[j]! });
    }
  }
  return edits.reverse();
}

/** Words of a text, for a word error rate. */
export const wordsOf = (text: string): string[] => text.split(/\s+/u).filter(Boolean);

/** Characters of a text, a single space between words included, for a character error rate. */
export const charactersOf = (text: string): string[] => [...wordsOf(text).join(' ')];
