import { BYTE_CHARS } from './bytes.js';
import type { TokenizerDefinition } from './definition.js';
import { Heap } from './heap.js';
import { PairIndex } from './pair-index.js';
import { grown, WordTable } from './word-table.js';

/** Two neighbours that may be merged. */
interface Candidate {
  readonly rank: number;
  /** Place of the left one. */
  readonly at: number;
  readonly id: number;
}

/** Longest word, in bytes, whose pairs are looked through for every merge; a queue pays for longer ones. */
const SHORT = 32;
const NO_RANK = 0x7fffffff;

/** Longest word, in code units, and most words that are remembered. */
const CACHED_LENGTH = 64;
const CACHED_WORDS = 131_072;

/** The tokens of words that have been encoded, in one array. */
class EncodedWords {
  readonly table = new WordTable();
  tokens = new Int32Array(2 ** 10);
  /** Where each word's tokens end in `tokens`; they begin where those of the word before end. */
  ends = new Int32Array(2 ** 10);

  add(word: number, ids: readonly number[]): void {
    const start = word === 0 ? 0 : this.ends[word - 1]!;
    const end = start + ids.length;
    if (end > this.tokens.length) this.tokens = grown(this.tokens, new Int32Array(2 * end));
    if (word === this.ends.length) this.ends = grown(this.ends, new Int32Array(2 * word));
    this.tokens.set(ids, start);
    this.ends[word] = end;
  }
}

/** Merges the bytes of words into tokens: of all neighbours the pair with the lowest rank first, the leftmost of equals. */
export class BytePairs {
  readonly #byteIds: Int32Array;
  readonly #pairs = new PairIndex();
  /** By the number of a pair. */
  readonly #ranks: Int32Array;
  /** What the pair of a rank becomes. */
  readonly #merged: Int32Array;
  readonly #ids = new Int32Array(SHORT);
  readonly #ranksHere = new Int32Array(SHORT);
  #known = new EncodedWords();
  readonly #utf8 = new TextEncoder();

  constructor({ vocabulary, merges }: Pick<TokenizerDefinition, 'vocabulary' | 'merges'>) {
    const id = (token: string): number => vocabulary.get(token)!;
    this.#byteIds = Int32Array.from(BYTE_CHARS, id);
    this.#merged = Int32Array.from(merges, ([left, right]) => id(left + right));
    this.#ranks = new Int32Array(merges.length);
    merges.forEach(([left, right], rank) => (this.#ranks[this.#pairs.number(id(left), id(right))] = rank));
  }

  /** Appends the tokens of the piece `text.slice(from, to)` to `ids`. */
  encode(text: string, from: number, to: number, ids: number[]): void {
    if (to - from > CACHED_LENGTH) {
      for (const id of this.#tokens(text.slice(from, to))) ids.push(id);
      return;
    }
    const known = this.#known;
    const before = known.table.size;
    const word = known.table.number(text, from, to);
    if (word === before) known.add(word, this.#tokens(text.slice(from, to)));
    const { tokens, ends } = known;
    for (let at = word === 0 ? 0 : ends[word - 1]!, end = ends[word]!; at < end; at++) ids.push(tokens[at]!);
    if (known.table.size >= CACHED_WORDS) this.#known = new EncodedWords();
  }

  #tokens(word: string): number[] {
    const bytes = this.#utf8.encode(word);
    if (bytes.length <= SHORT) return this.#mergeShort(bytes);
    return this.#merge(Int32Array.from(bytes, (byte) => this.#byteIds[byte]!));
  }

  #mergeShort(bytes: Uint8Array): number[] {
    const [ids, ranks] = [this.#ids, this.#ranksHere];
    let length = bytes.length;
    for (let at = 0; at < length; at++) ids[at] = this.#byteIds[bytes[at]!]!;
    for (let at = 0; at + 1 < length; at++) ranks[at] = this.#rank(ids[at]!, ids[at + 1]!);
    for (;;) {
      let [lowest, best] = [NO_RANK, 0];
      for (let at = 0; at + 1 < length; at++) {
        if (ranks[at]! < lowest) [lowest, best] = [ranks[at]!, at];
      }
      if (lowest === NO_RANK) return Array.from(ids.subarray(0, length));
      ids[best] = this.#merged[lowest]!;
      ids.copyWithin(best + 1, best + 2, length);
      ranks.copyWithin(best + 1, best + 2, length);
      length--;
      if (best > 0) ranks[best - 1] = this.#rank(ids[best - 1]!, ids[best]!);
      if (best + 1 < length) ranks[best] = this.#rank(ids[best]!, ids[best + 1]!);
    }
  }

  #rank(left: number, right: number): number {
    const pair = this.#pairs.find(left, right);
    return pair < 0 ? NO_RANK : this.#ranks[pair]!;
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
    const rank = this.#rank(ids[at]!, ids[right]!);
    return rank === NO_RANK ? undefined : { rank, at, id: this.#merged[rank]! };
  }
}
