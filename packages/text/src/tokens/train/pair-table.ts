import { PairIndex } from '../pair-index.js';
import { grown } from '../word-table.js';

/** A pair of neighbouring tokens on its way to be merged. */
export interface Candidate {
  readonly pair: number;
  /** How often the pair occurred when it was put into the queue. */
  count: number;
  /** Words that hold the pair, ascending. */
  readonly words: readonly number[];
}

/** Every pair that has occurred: its tokens, its count, and the words that got it since the last `drain`. */
export class PairTable {
  readonly index = new PairIndex();
  /** Occurrences of each pair. */
  counts = new Float64Array(2 ** 12);
  readonly #fresh: (number[] | undefined)[] = [];
  #touched: number[] = [];

  add(left: number, right: number, count: number, word: number): void {
    const pair = this.#pair(left, right);
    this.counts[pair]! += count;
    const words = this.#fresh[pair];
    if (!words) {
      this.#fresh[pair] = [word];
      this.#touched.push(pair);
    } else if (words[words.length - 1] !== word) words.push(word);
  }

  remove(left: number, right: number, count: number): void {
    this.counts[this.#pair(left, right)]! -= count;
  }

  /** Hands over the pairs that words got since the last time. */
  drain(each: (candidate: Candidate) => void): void {
    for (const pair of this.#touched) {
      const count = this.counts[pair]!;
      if (count > 0) each({ pair, count, words: this.#fresh[pair]! });
      this.#fresh[pair] = undefined;
    }
    this.#touched = [];
  }

  /** Whether a pair's tokens have lower ids than another's. */
  comesFirst(a: number, b: number): boolean {
    const { left, right } = this.index;
    return left[a] === left[b] ? right[a]! < right[b]! : left[a]! < left[b]!;
  }

  #pair(left: number, right: number): number {
    const pair = this.index.number(left, right);
    if (pair === this.#fresh.length) {
      this.#fresh.push(undefined);
      if (pair === this.counts.length) this.counts = grown(this.counts, new Float64Array(2 * pair));
    }
    return pair;
  }
}
