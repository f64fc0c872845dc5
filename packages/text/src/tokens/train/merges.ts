import { Heap } from '../heap.js';

/** A pair of neighbouring tokens on its way to be merged. */
interface Candidate {
  readonly pair: number;
  /** How often the pair occurred when it was put into the queue. */
  count: number;
  /** Words that hold the pair, ascending. */
  readonly words: number[];
}

export interface MergeOptions {
  /** Tokens in all, at which training stops. */
  readonly vocabularySize: number;
  /** Least occurrences of a pair that is merged. */
  readonly minFrequency: number;
}

/**
 * Byte-pair encoding by incremental pair counts (Sennrich et al. 2016, in the order of Hugging Face's trainer): the most
 * frequent pair first, of equally frequent ones that with the lowest ids. Counts of the neighbours of a merge change, the
 * queue's stale counts are corrected when they come up.
 *
 * A string that two different pairs make is one token, and a pair whose occurrences come up twice is merged twice; of
 * such merges the last counts.
 *
 * @param tokens strings by id: special tokens and the alphabet; new ones are appended
 * @param words each word's tokens; changed in place
 * @param counts occurrences of each word
 * @returns pairs in the order of their ranks
 */
export function learnMerges(
  tokens: string[],
  words: Int32Array[],
  counts: ArrayLike<number>,
  { vocabularySize, minFrequency }: MergeOptions,
): [number, number][] {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const lengths = Int32Array.from(words, (word) => word.length);
  const pairs = new PairTable();
  words.forEach((word, w) => {
    for (let i = 0; i + 1 < word.length; i++) pairs.add(word[i]!, word[i + 1]!, counts[w]!, w);
  });
  const queue = new Heap<Candidate>((a, b) =>
    a.count === b.count ? pairs.comesFirst(a.pair, b.pair) : a.count > b.count,
  );
  pairs.drain((candidate) => queue.push(candidate));

  const ranks = new Map<number, number>();
  for (let rank = 0; ids.size < vocabularySize;) {
    const top = queue.pop();
    if (!top) break;
    const current = pairs.counts[top.pair]!;
    if (top.count !== current) {
      top.count = current;
      queue.push(top);
      continue;
    }
    if (top.count < 1 || top.count < minFrequency) break;
    const [left, right] = [pairs.left[top.pair]!, pairs.right[top.pair]!];
    const merged = tokens[left]! + tokens[right]!;
    let id = ids.get(merged);
    if (id === undefined) {
      id = tokens.push(merged) - 1;
      ids.set(merged, id);
    }
    ranks.set(top.pair, rank++);
    for (const w of top.words) lengths[w] = mergeWord(words[w]!, lengths[w]!, left, right, id, counts[w]!, w, pairs);
    pairs.drain((candidate) => queue.push(candidate));
  }
  return [...ranks]
    .sort(([, a], [, b]) => a - b)
    .map(([pair]): [number, number] => [pairs.left[pair]!, pairs.right[pair]!]);
}

/** Replaces a pair in one word and counts its new neighbours. @returns the word's new length */
function mergeWord(
  word: Int32Array,
  length: number,
  left: number,
  right: number,
  id: number,
  count: number,
  w: number,
  pairs: PairTable,
): number {
  let to = 0;
  for (let from = 0; from < length; from++, to++) {
    if (word[from] !== left || from + 1 >= length || word[from + 1] !== right) {
      word[to] = word[from]!;
      continue;
    }
    if (to > 0) {
      pairs.remove(word[to - 1]!, left, count);
      pairs.add(word[to - 1]!, id, count, w);
    }
    from++;
    if (from + 1 < length) {
      pairs.remove(right, word[from + 1]!, count);
      pairs.add(id, word[from + 1]!, count, w);
    }
    word[to] = id;
  }
  return to;
}

/** Every pair that has occurred: its tokens, its count, and the words that got it since the last `drain`. */
class PairTable {
  readonly left: number[] = [];
  readonly right: number[] = [];
  readonly counts: number[] = [];
  readonly #index = new Map<number, number>();
  readonly #fresh = new Map<number, number[]>();

  add(left: number, right: number, count: number, word: number): void {
    const pair = this.#pair(left, right);
    this.counts[pair]! += count;
    const words = this.#fresh.get(pair);
    if (!words) this.#fresh.set(pair, [word]);
    else if (words[words.length - 1] !== word) words.push(word);
  }

  remove(left: number, right: number, count: number): void {
    this.counts[this.#pair(left, right)]! -= count;
  }

  /** Hands over the pairs that words got since the last time. */
  drain(each: (candidate: Candidate) => void): void {
    for (const [pair, words] of this.#fresh) {
      const count = this.counts[pair]!;
      if (count > 0) each({ pair, count, words });
    }
    this.#fresh.clear();
  }

  comesFirst(a: number, b: number): boolean {
    const [left, other] = [this.left[a]!, this.left[b]!];
    return left === other ? this.right[a]! < this.right[b]! : left < other;
  }

  #pair(left: number, right: number): number {
    // Small pairs stay small integers, which a Map finds several times faster than large ones.
    const key = left < 0x8000 && right < 0x10000 ? (left << 16) | right : left * 0x4000000 + right + 0x80000000;
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    const pair = this.counts.push(0) - 1;
    this.left.push(left);
    this.right.push(right);
    this.#index.set(key, pair);
    return pair;
  }
}
