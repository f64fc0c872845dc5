import type { RandomStream } from '@d2v/core';
import type { MaskConfig } from '../encoder/config.js';

export type BertMaskOptions = Omit<Extract<MaskConfig, { strategy: 'bert' }>, 'strategy'>;

/** What becomes of each token. */
export interface BertMask {
  /** 1 = becomes `<mask>` and is predicted. */
  readonly masked: Uint8Array;
  /** 1 = becomes a random token and is not predicted. */
  readonly random: Uint8Array;
}

/**
 * BERT's masks with spans (reference: data2vec1.md §5.3): ⌊ratio·n/length + u⌋ distinct positions are drawn, each begins
 * a span of `length`; of the selected positions a share is left alone, a share becomes random tokens, the others are
 * masked. With `wordStarts` all of it counts words instead of tokens. Where nothing would be masked, one unit is, so
 * that every text has something to predict; the released code may mask none of a short text.
 *
 * @param tokens number of tokens, special ones included
 * @param wordStarts one entry a token, 1 = it begins a word; the first token always does
 */
export function bertMask(
  tokens: number,
  { ratio, length, leave, random }: Omit<BertMaskOptions, 'wholeWords'>,
  stream: RandomStream,
  wordStarts?: Uint8Array,
): BertMask {
  const unitOf = wordStarts && wordOfEach(wordStarts, tokens);
  const units = unitOf ? unitOf[tokens - 1]! + 1 : tokens;
  const selected = selectSpans(units, ratio, length, stream);
  const masked = new Uint8Array(units);
  const replaced = new Uint8Array(units);
  const other = leave + random;
  for (let unit = 0; unit < units; unit++) {
    if (!selected[unit]) continue;
    if (stream.uniform() >= other) masked[unit] = 1;
    else if (stream.uniform() >= leave / other) replaced[unit] = 1;
  }
  if (!masked.includes(1)) {
    const one = stream.below(units);
    masked[one] = 1;
    replaced[one] = 0;
  }
  if (!unitOf) return { masked, random: replaced };
  const perToken = (perUnit: Uint8Array): Uint8Array => Uint8Array.from(unitOf, (unit) => perUnit[unit]!);
  return { masked: perToken(masked), random: perToken(replaced) };
}

function selectSpans(units: number, ratio: number, length: number, stream: RandomStream): Uint8Array {
  const selected = new Uint8Array(units);
  const spans = Math.min(units, Math.floor((ratio * units) / length + stream.uniform()));
  for (const start of stream.sample(units, spans)) selected.fill(1, start, start + length);
  return selected;
}

/** The number of the word that each token belongs to. */
function wordOfEach(wordStarts: Uint8Array, tokens: number): Int32Array {
  const words = new Int32Array(tokens);
  for (let t = 1; t < tokens; t++) words[t] = words[t - 1]! + wordStarts[t]!;
  return words;
}
