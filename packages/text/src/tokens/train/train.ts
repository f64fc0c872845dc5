import { ConfigError } from '@d2v/core';
import { BYTE_CHARS, toByteChars } from '../bytes.js';
import { SPECIAL, specialTokens, type TokenizerDefinition } from '../definition.js';
import { learnMerges } from './merges.js';
import type { WordCounts } from './word-counts.js';

export interface TrainOptions {
  /** Tokens in all, the five special ones and the 256 bytes included. */
  readonly vocabularySize: number;
  /** Least occurrences of a pair that is merged; default 2. */
  readonly minFrequency?: number;
  /** What errors call the tokenizer. */
  readonly name?: string;
}

/**
 * Trains a byte-level BPE on counted words. Deterministic: the same words give the same tokenizer, in whatever order
 * they were counted. The merges are those of Hugging Face's trainer with five special tokens and the alphabet of all
 * bytes; ids are laid out as RoBERTa's, `<s>` 0, `<pad>` 1, `</s>` 2, `<unk>` 3, bytes, merges, `<mask>` last.
 *
 * @throws ConfigError when the vocabulary has no room for bytes and special tokens, or there are no words
 */
export function trainTokenizer(
  { counts }: WordCounts,
  { vocabularySize, minFrequency = 2, name = 'trained tokenizer' }: TrainOptions,
): TokenizerDefinition {
  const least = Object.keys(SPECIAL).length + BYTE_CHARS.length;
  if (!Number.isInteger(vocabularySize) || vocabularySize < least) {
    throw new ConfigError(`vocabularySize is ${vocabularySize}, but bytes and special tokens alone are ${least}`, {
      key: 'vocabularySize',
    });
  }
  if (counts.size === 0) throw new ConfigError('there is no text to train a tokenizer on');
  const { start, padding, end, unknown, mask } = SPECIAL;
  const tokens = [start, padding, end, unknown, ...BYTE_CHARS.toSorted()];
  const byteIds = new Map(tokens.map((token, id) => [token, id]));
  const words: Int32Array[] = [];
  const times = new Float64Array(counts.size);
  for (const [word, count] of counts) {
    times[words.length] = count;
    words.push(Int32Array.from(toByteChars(word), (char) => byteIds.get(char)!));
  }
  const merges = learnMerges(tokens, words, times, { vocabularySize: vocabularySize - 1, minFrequency });
  const strings = merges.map(([left, right]) => [tokens[left]!, tokens[right]!] as const);
  tokens.push(mask);
  const vocabulary = new Map(tokens.map((token, id) => [token, id]));
  return { name, vocabulary, merges: strings, added: specialTokens(vocabulary), prefixSpace: false };
}
