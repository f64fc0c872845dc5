import { SampleError } from '@d2v/core';
import type { TokenItem } from '../sample.js';
import type { Encoded, Tokenizer } from './tokenizer.js';

/** Which text gives way when a sequence is too long. */
export type Truncation = 'longestFirst' | 'onlyFirst' | 'onlySecond' | 'none';

export interface SequenceOptions {
  /** Longest sequence, special tokens included. */
  readonly maxTokens: number;
  readonly truncation: Truncation;
}

/** A text or pair of texts with its name. */
export interface Texts {
  readonly name: string;
  readonly text: string;
  readonly pair?: string;
}

/**
 * `<s> A </s>` or `<s> A </s> </s> B </s>`, cut at its end to `maxTokens`: `longestFirst` cuts the
 * longer text until they are equally long, then both, as Hugging Face's Rust library does; `none` refuses what is too long.
 *
 * @throws SampleError when what may be cut is not enough
 */
export function encodeSequence(
  tokenizer: Tokenizer,
  { name, text, pair }: Texts,
  { maxTokens, truncation }: SequenceOptions,
): Required<Pick<TokenItem, 'ids' | 'wordStarts' | 'tokens'>> {
  const first = tokenizer.encode(text);
  const second = pair === undefined ? undefined : tokenizer.encode(pair);
  const around = second ? 4 : 2;
  const [a, b] = truncate(name, first.ids.length, second?.ids.length, maxTokens - around, truncation);
  const { start, end } = tokenizer.special;
  const ids = new Int32Array(a + (b ?? 0) + around);
  const wordStarts = new Uint8Array(ids.length).fill(1);
  ids[0] = start;
  let at = 1;
  const put = ({ ids: from, wordStarts: words }: Encoded, count: number): void => {
    ids.set(from.subarray(0, count), at);
    wordStarts.set(words.subarray(0, count), at);
    at += count;
    ids[at++] = end;
  };
  put(first, a);
  if (second) {
    ids[at++] = end;
    put(second, b!);
  }
  return { ids, wordStarts, tokens: tokenizer.tokens(ids) };
}

/** How many tokens of each text stay. */
function truncate(
  name: string,
  first: number,
  second: number | undefined,
  room: number,
  strategy: Truncation,
): [number, number | undefined] {
  const excess = first + (second ?? 0) - room;
  if (excess <= 0) return [first, second];
  const refuse = (what: string): never => {
    throw new SampleError(name, `has ${first + (second ?? 0)} tokens; ${room} fit, and ${what}`, {
      hint: 'raise data.transform.maxTokens, choose another truncation, or shorten the text',
    });
  };
  if (strategy === 'none') refuse('truncation is none');
  if (room < 0) refuse('the special tokens alone are too many');
  if (second === undefined) return strategy === 'onlySecond' ? refuse('there is no second text') : [room, undefined];
  if (strategy === 'onlyFirst')
    return excess >= first ? refuse('the first text is too short') : [first - excess, second];
  if (strategy === 'onlySecond')
    return excess >= second ? refuse('the second text is too short') : [first, second - excess];
  const shorter = Math.min(first, second, Math.floor(room / 2));
  return first > second ? [room - shorter, shorter] : [shorter, room - shorter];
}
