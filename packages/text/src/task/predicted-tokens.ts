import type { RandomStream } from '@d2v/core';
import { maskTokenOf, randomToken, type EncoderConfig } from '../encoder/config.js';

export interface PredictedTokens {
  /** Places in the text, ascending. */
  readonly places: Int32Array;
  /** What stands there instead: `<mask>`, a random token, or the same. */
  readonly ids: Int32Array;
}

/**
 * BERT's choice of tokens to predict: `ratio` of the tokens of a text, special ones left out, one at least unless all are
 * special.
 */
export function predictedTokens(
  text: Int32Array,
  encoder: Pick<EncoderConfig, 'vocabulary' | 'specialTokens' | 'maskToken'>,
  { ratio, leave, random }: { readonly ratio: number; readonly leave: number; readonly random: number },
  stream: RandomStream,
): PredictedTokens {
  const mask = maskTokenOf(encoder);
  const ordinary: number[] = [];
  text.forEach((id, place) => {
    if (id >= encoder.specialTokens && id !== mask) ordinary.push(place);
  });
  const count = Math.min(ordinary.length, Math.max(1, Math.round(ratio * ordinary.length)));
  const places = Int32Array.from(stream.sample(ordinary.length, count), (i) => ordinary[i]!).sort();
  const ids = places.map((place) => {
    const fate = stream.uniform();
    if (fate < leave) return text[place]!;
    return fate < leave + random ? randomToken(encoder, stream) : mask;
  });
  return { places, ids };
}
