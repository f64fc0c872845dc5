import { BYTE_CHARS } from './bytes.js';
import type { TokenizerDefinition } from './definition.js';
import { Heap } from './heap.js';

/** Two neighbours that may be merged. */
interface Candidate {
  readonly rank: number;
  /** Place of the left one. */
  readonly at: number;
  readonly id: number;
}

/** Longest word, in code units, and most words that are remembered. */
const CACHED_LENGTH = 64;
const CACHED_WORDS = 131_072;

/** Merges the bytes of words into tokens: of all neighbours the pair with the lowest rank first, the leftmost of equals. */
export class BytePairs {
  readonly #byteIds: Int32Array;
  /** left·size + right → rank. */
  readonly #ranks = new Map<number, number>();
  /** What the pair of a rank becomes. */
  readonly #merged: Int32Array;
  readonly #cache = new Map<string, readonly number[]>();
  readonly #utf8 = new TextEncoder();
  readonly #size: number;

  constructor({ vocabulary, merges }: Pick<TokenizerDefinition, 'vocabulary' | 'merges'>) {
    const id = (token: string): number => vocabulary.get(token)!;
    this.#byteIds = Int32Array.from(BYTE_CHARS, id);
    this.#size = 1 + [...vocabulary.values()].reduce((most, each) => Math.max(most, each), 0);
    this.#merged = Int32Array.from(merges, ([left, right]) => id(left + right));
    merges.forEach(([left, right], rank) => this.#ranks.set(id(left) * this.#size + id(right), rank));
  }

  /** The tokens of a piece of text. */
  encode(word: string): readonly number[] {
    const known = this.#cache.get(word);
    if (known) return known;
    const ids = this.#merge(Int32Array.from(this.#utf8.encode(word), (byte) => this.#byteIds[byte]!));
    if (word.length <= CACHED_LENGTH) {
      if (this.#cache.size >= CACHED_WORDS) this.#cache.clear();
      this.#cache.set(word.split('').join(''), ids); // a copy, which does not keep the whole text alive
    }
    return ids;
  }

  /** @param ids one for each byte; overwritten */
  #merge(ids: Int32Array): number[] {
    const end = ids.length;
    const next = Int32Array.from(ids, (_, at) => at + 1);
    const previous = Int32Array.from(ids, (_, at) => at - 1);
    const queue = new Heap<Candidate>((a, b) => (a.rank === b.rank ? a.at < b.at : a.rank < b.rank));
    const consider = (at: number): void => {
      const candidate = this.#pair(ids, at, next[at]!);
      if (candidate) queue.push(candidate);
    };
    for (let at = 0; at + 1 < end; at++) consider(at);
    for (let top = queue.pop(); top; top = queue.pop()) {
      const { at, id } = top;
      // A candidate is stale when one of its two was merged since; what stands there may still become the same token.
      if (ids[at]! < 0 || this.#pair(ids, at, next[at]!)?.id !== id) continue;
      const right = next[at]!;
      ids[at] = id;
      ids[right] = -1;
      next[at] = next[right]!;
      if (next[at]! < end) previous[next[at]!] = at;
      if (previous[at]! >= 0) consider(previous[at]!);
      consider(at);
    }
    return Array.from(ids.filter((id) => id >= 0));
  }

  #pair(ids: Int32Array, at: number, right: number): Candidate | undefined {
    if (right >= ids.length) return undefined;
    const rank = this.#ranks.get(ids[at]! * this.#size + ids[right]!);
    return rank === undefined ? undefined : { rank, at, id: this.#merged[rank]! };
  }
}
