import { ConfigError } from '@d2v/core';
import { encodeSequence, SPECIAL, type Texts, type Tokenizer } from '../../tokens/index.js';
import { headLogits, softmaxOf, type PredictingModel } from './logits.js';

/** What may stand in place of a `<mask>`. */
export interface Filling {
  /** The token's text, its space included. */
  readonly token: string;
  readonly id: number;
  /** In [0, 1]. */
  readonly probability: number;
  /** The text with this token in place; other masks stay. */
  readonly text: string;
}

/**
 * The most probable tokens for every `<mask>` of a text, the most probable first.
 *
 * @param options `maxTokens`: longest sequence, special tokens included; `top`: so many for each mask
 * @throws ConfigError when the model has no head of masked language modelling, or the text has no `<mask>`; SampleError
 *   when the text is too long
 */
export async function fillMasks(
  model: PredictingModel,
  tokenizer: Tokenizer,
  text: Texts,
  { maxTokens, top = 5 }: { readonly maxTokens: number; readonly top?: number },
): Promise<Filling[][]> {
  const { ids } = encodeSequence(tokenizer, text, { maxTokens, truncation: 'none' });
  const places = [...ids.keys()].filter((place) => ids[place] === tokenizer.special.mask);
  if (places.length === 0) {
    throw new ConfigError(`${text.name}: '${text.text}' has no ${SPECIAL.mask}`, {
      hint: `write ${SPECIAL.mask} where a word is to be found: "Call me ${SPECIAL.mask}."`,
    });
  }
  const { values, shape } = await headLogits(model, 'masked-lm', [{ name: text.name, ids }]);
  const vocabulary = shape[2]!;
  return places.map((place) => {
    const probabilities = softmaxOf(values.subarray(place * vocabulary, (place + 1) * vocabulary));
    const order = [...probabilities.keys()].filter((id) => tokenizer.token(id) !== undefined);
    order.sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
    return order.slice(0, top).map((id) => {
      const filled = ids.with(place, id);
      return {
        token: tokenizer.decode([id]),
        id,
        probability: probabilities[id]!,
        text: textOf(tokenizer, filled),
      };
    });
  });
}

/** The tokens between `<s>` and the last `</s>`. */
const textOf = (tokenizer: Tokenizer, ids: Int32Array): string => tokenizer.decode(ids.subarray(1, -1)).trim();
