import { SampleError } from '@d2v/core';
import type { TextSample, WordsItem } from '../sample.js';
import type { SequenceOptions } from './sequence.js';
import type { Tokenizer } from './tokenizer.js';

/**
 * Words → `<s> tokens </s>`, every word with a space before it, as Hugging Face's libraries do with `is_split_into_words`
 * and `add_prefix_space`. A word's label is that of its first token; special tokens and the rest of a word get −1. A
 * sequence that is too long is cut at its end.
 *
 * @throws SampleError for a word that is empty, or a text that is too long and may not be cut
 */
export function encodeWords(
  tokenizer: Tokenizer,
  { name, words, labels }: WordsItem,
  { maxTokens, truncation }: SequenceOptions,
): TextSample {
  const { start, end } = tokenizer.special;
  const ids = [start];
  const tokenLabels = [-1];
  const wordStarts = [1];
  words.forEach((word, i) => {
    const pieces = tokenizer.ids(` ${word.trim()}`);
    if (word.trim() === '') throw new SampleError(name, `word ${i + 1} is empty`);
    pieces.forEach((id, piece) => {
      ids.push(id);
      tokenLabels.push(piece === 0 && labels ? labels[i]! : -1);
      wordStarts.push(Number(piece === 0));
    });
  });
  const room = maxTokens - 1;
  if (ids.length > room && truncation === 'none') {
    throw new SampleError(name, `has ${ids.length - 1} tokens; ${room - 1} fit, and truncation is none`, {
      hint: 'raise data.transform.maxTokens, choose another truncation, or shorten the text',
    });
  }
  const cut = <T>(values: readonly T[], last: T): T[] => [...values.slice(0, room), last];
  const all = Int32Array.from(cut(ids, end));
  return {
    name,
    ids: all,
    tokens: tokenizer.tokens(all),
    wordStarts: Uint8Array.from(cut(wordStarts, 1)),
    ...(labels && { label: Int32Array.from(cut(tokenLabels, -1)) }),
  };
}
