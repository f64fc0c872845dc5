import { Heap } from '../heap.js';
import { PairTable, type Candidate } from './pair-table.js';

/** Words as rows of tokens, one row after another. */
export interface TokenisedWords {
  readonly tokens: Int32Array;
  /** Where each word begins in `tokens`; one more entry than words. */
  readonly starts: Float64Array;
  /** Occurrences of each word. */
  readonly counts: Float64Array;
}

export interface MergeOptions {
  /** Tokens in all, at which training stops. */
  readonly vocabularySize: number;
  /** Least occurrences of a pair that is merged. */
  readonly minFrequency: number;
  /** Gets the number of tokens after each merge. */
  readonly onProgress?: (tokens: number) => void;
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
 * @param words changed in place
 * @returns pairs in the order of their ranks
 */
export function learnMerges(
  tokens: string[],
  words: TokenisedWords,
  { vocabularySize, minFrequency, onProgress }: MergeOptions,
): [number, number][] {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const pairs = new PairTable();
  const { index } = pairs;
  const merge = wordMerger(words, pairs);
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
    const [left, right] = [index.left[top.pair]!, index.right[top.pair]!];
    const merged = tokens[left]! + tokens[right]!;
    let id = ids.get(merged);
    if (id === undefined) {
      id = tokens.push(merged) - 1;
      ids.set(merged, id);
    }
    ranks.set(top.pair, rank++);
    for (const word of top.words) merge(word, left, right, id);
    pairs.drain((candidate) => queue.push(candidate));
    onProgress?.(ids.size);
  }
  return [...ranks]
    .sort(([, a], [, b]) => a - b)
    .map(([pair]): [number, number] => [index.left[pair]!, index.right[pair]!]);
}

/** Counts all pairs of the words. @returns what replaces a pair in one word and counts its new neighbours */
function wordMerger({ tokens, starts, counts }: TokenisedWords, pairs: PairTable) {
  const lengths = new Int32Array(counts.length);
  for (let word = 0; word < counts.length; word++) {
    const end = starts[word + 1]!;
    lengths[word] = end - starts[word]!;
    for (let i = starts[word]!; i + 1 < end; i++) pairs.add(tokens[i]!, tokens[i + 1]!, counts[word]!, word);
  }
  return (word: number, left: number, right: number, id: number): void => {
    const start = starts[word]!;
    const end = start + lengths[word]!;
    const count = counts[word]!;
    let to = start;
    for (let from = start; from < end; from++, to++) {
      if (tokens[from] !== left || from + 1 >= end || tokens[from + 1] !== right) {
        tokens[to] = tokens[from]!;
        continue;
      }
      if (to > start) {
        pairs.remove(tokens[to - 1]!, left, count);
        pairs.add(tokens[to - 1]!, id, count, word);
      }
      from++;
      if (from + 1 < end) {
        pairs.remove(right, tokens[from + 1]!, count);
        pairs.add(id, tokens[from + 1]!, count, word);
      }
      tokens[to] = id;
    }
    lengths[word] = to - start;
  };
}
