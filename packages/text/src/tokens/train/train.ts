import { ConfigError } from '@d2v/core';
import { BYTE_CHARS } from '../bytes.js';
import { SPECIAL, specialTokens, type TokenizerDefinition } from '../definition.js';
import { learnMerges, type TokenisedWords } from './merges.js';
import { grown } from '../word-table.js';
import type { WordCounts } from './word-counts.js';

export interface TrainOptions {
  /** Tokens in all, the five special ones and the 256 bytes included. */
  readonly vocabularySize: number;
  /** Least occurrences of a pair that is merged; default 2. */
  readonly minFrequency?: number;
  /** What errors call the tokenizer. */
  readonly name?: string;
  /** Gets the number of tokens after each merge. */
  readonly onProgress?: (tokens: number) => void;
}

/**
 * Trains a byte-level BPE on counted words. Deterministic: the same words give the same tokenizer, in whatever order
 * they were counted. The merges are those of Hugging Face's trainer with five special tokens and the alphabet of all
 * bytes; ids are laid out as RoBERTa's, `<s>` 0, `<pad>` 1, `</s>` 2, `<unk>` 3, bytes, merges, `<mask>` last.
 *
 * @throws ConfigError when the vocabulary has no room for bytes and special tokens, or there are no words
 */
export function trainTokenizer(
  counts: WordCounts,
  { vocabularySize, minFrequency = 2, name = 'trained tokenizer', onProgress }: TrainOptions,
): TokenizerDefinition {
  const least = Object.keys(SPECIAL).length + BYTE_CHARS.length;
  if (!Number.isInteger(vocabularySize) || vocabularySize < least) {
    throw new ConfigError(`vocabularySize is ${vocabularySize}, but bytes and special tokens alone are ${least}`, {
      key: 'vocabularySize',
    });
  }
  if (counts.words === 0) throw new ConfigError('there is no text to train a tokenizer on');
  const { start, padding, end, unknown, mask } = SPECIAL;
  const tokens = [start, padding, end, unknown, ...BYTE_CHARS.toSorted()];
  const words = tokenise(counts, tokens);
  const merges = learnMerges(tokens, words, {
    vocabularySize: vocabularySize - 1,
    minFrequency,
    ...(onProgress && { onProgress }),
  });
  const strings = merges.map(([left, right]) => [tokens[left]!, tokens[right]!] as const);
  tokens.push(mask);
  const vocabulary = new Map(tokens.map((token, id) => [token, id]));
  return { name, vocabulary, merges: strings, added: specialTokens(vocabulary), prefixSpace: false };
}

/** The words as rows of bytes' ids. */
function tokenise(counts: WordCounts, tokens: readonly string[]): TokenisedWords {
  const byChar = new Map(tokens.map((token, id) => [token, id]));
  const byteIds = Int32Array.from(BYTE_CHARS, (char) => byChar.get(char)!);
  const starts = new Float64Array(counts.words + 1);
  const times = new Float64Array(counts.words);
  const utf8 = new TextEncoder();
  let bytes = new Uint8Array(2 ** 10);
  let ids = new Int32Array(2 ** 16);
  let number = 0;
  let at = 0;
  for (const [word, count] of counts) {
    times[number] = count;
    if (bytes.length < 3 * word.length) bytes = new Uint8Array(6 * word.length);
    const { written } = utf8.encodeInto(word, bytes);
    if (at + written > ids.length) ids = grown(ids, new Int32Array(2 * (at + written)));
    for (let i = 0; i < written; i++) ids[at++] = byteIds[bytes[i]!]!;
    starts[++number] = at;
  }
  return { tokens: ids.subarray(0, at), starts, counts: times };
}
