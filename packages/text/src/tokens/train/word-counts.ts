import { ConfigError } from '@d2v/core';
import { wordEnd } from '../split.js';
import { grown, WordTable } from '../word-table.js';

/** Distinct words above which counting stops: training takes some hundred bytes for each. */
const MOST = 2 ** 24 - 1;

/** Counts the pieces that texts are cut into, whatever size the corpus has. */
export class WordCounts implements Iterable<[word: string, count: number]> {
  /** UTF-16 code units taken in. */
  size = 0;
  readonly #words = new WordTable();
  #counts = new Float64Array(2 ** 10);

  /** Distinct words. */
  get words(): number {
    return this.#words.size;
  }

  /**
   * Each text is cut on its own: a line with its end, or a document.
   *
   * @throws ConfigError when there are more distinct words than fit
   */
  add(text: string): void {
    const end = text.length;
    this.size += end;
    for (let at = 0; at < end;) {
      const next = wordEnd(text, at, end);
      const word = this.#words.number(text, at, next);
      if (word === this.#counts.length) this.#counts = grown(this.#counts, new Float64Array(2 * word));
      this.#counts[word]!++;
      at = next;
    }
    if (this.words > MOST) {
      throw new ConfigError(`the corpus has more than ${MOST} distinct words`, {
        hint: 'train the tokenizer on a part of it',
      });
    }
  }

  /** Words in the order of their first occurrence. */
  *[Symbol.iterator](): Generator<[word: string, count: number]> {
    for (let word = 0; word < this.words; word++) yield [this.#words.word(word), this.#counts[word]!];
  }
}
