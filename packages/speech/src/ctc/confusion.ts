import { alignEdits, charactersOf } from './edits.js';

/** What became of one character of the references. */
export interface CharacterConfusion {
  readonly character: string;
  /** How often it was said. */
  readonly said: number;
  /** How often it was heard as itself. */
  readonly right: number;
  /** How often it was not heard at all. */
  readonly missed: number;
  /** What it was heard as instead, the most frequent first. */
  readonly heardAs: readonly (readonly [character: string, count: number])[];
}

/** Counts which characters are taken for which, over the alignments of many utterances. */
export class CharacterConfusions {
  readonly #counts = new Map<string, { said: number; right: number; missed: number; heardAs: Map<string, number> }>();
  readonly #inserted = new Map<string, number>();

  add(reference: string, hypothesis: string): void {
    for (const edit of alignEdits(charactersOf(reference), charactersOf(hypothesis))) {
      if (edit.kind === 'insertion') {
        increase(this.#inserted, edit.hypothesis);
        continue;
      }
      const count = this.#of(edit.reference);
      count.said++;
      if (edit.kind === 'match') count.right++;
      else if (edit.kind === 'deletion') count.missed++;
      else increase(count.heardAs, edit.hypothesis);
    }
  }

  /** Of each character that was said, the most frequent first. */
  characters(): CharacterConfusion[] {
    return [...this.#counts]
      .map(([character, { heardAs, ...counts }]) => ({ character, ...counts, heardAs: sorted(heardAs) }))
      .sort((a, b) => b.said - a.said || (a.character < b.character ? -1 : 1));
  }

  /** Characters that were heard where nothing was said, the most frequent first. */
  inserted(): [character: string, count: number][] {
    return sorted(this.#inserted);
  }

  #of(character: string) {
    let count = this.#counts.get(character);
    if (!count) this.#counts.set(character, (count = { said: 0, right: 0, missed: 0, heardAs: new Map() }));
    return count;
  }
}

const increase = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

const sorted = (counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
