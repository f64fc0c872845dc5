import { alignEdits, type Edit } from './edits.js';

/** Edits of one or many utterances. */
export interface EditCounts {
  /** Words or characters of the references. */
  readonly reference: number;
  readonly substitutions: number;
  readonly insertions: number;
  readonly deletions: number;
}

/** Counts the edits of an alignment. */
export function countEdits(edits: readonly Edit[]): EditCounts {
  const count = (...kinds: Edit['kind'][]): number => edits.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    reference: count('match', 'substitution', 'deletion'),
    substitutions: count('substitution'),
    insertions: count('insertion'),
    deletions: count('deletion'),
  };
}

/**
 * Error rate of a corpus in percent: 100·(substitutions + insertions + deletions) / (units of the references), summed over
 * utterances first. Words give the word error rate (WER), characters the character error rate (CER).
 */
export class ErrorRate {
  #counts: EditCounts = { reference: 0, substitutions: 0, insertions: 0, deletions: 0 };

  /** Takes in an utterance, split into words or characters. */
  add(reference: readonly string[], hypothesis: readonly string[]): void {
    const [sum, more] = [this.#counts, countEdits(alignEdits(reference, hypothesis))];
    this.#counts = {
      reference: sum.reference + more.reference,
      substitutions: sum.substitutions + more.substitutions,
      insertions: sum.insertions + more.insertions,
      deletions: sum.deletions + more.deletions,
    };
  }

  get counts(): EditCounts {
    return this.#counts;
  }

  /** In percent, above 100 where there are more edits than reference; NaN before the first reference. */
  get percent(): number {
    const { reference, substitutions, insertions, deletions } = this.#counts;
    return (100 * (substitutions + insertions + deletions)) / reference;
  }
}
