import { ConfigError, type Transform } from '@d2v/core';
import { z } from 'zod';
import { maskTokenOf, type EncoderConfig } from '../encoder/config.js';
import type { TextItem, TextSample, TokenItem, WordsItem } from '../sample.js';
import { encodeSequence, encodeWords, type Tokenizer } from '../tokens/index.js';

export const transformSchema = z.strictObject({
  tokenizer: z
    .string()
    .min(1)
    .optional()
    .describe('The tokenizer: its folder, or its tokenizer.json. Not needed for the reader blocks, which has its own.'),
  maxTokens: z
    .int()
    .min(2)
    .optional()
    .describe('Longest sequence, special tokens included; default: encoder.maxTokens.'),
  truncation: z
    .enum(['longestFirst', 'onlyFirst', 'onlySecond', 'none'])
    .default('longestFirst')
    .describe('Which text of a pair is cut when they are too long; none: long ones are errors.'),
});

export type TransformOptions = z.output<typeof transformSchema>;

type Vocabulary = Pick<EncoderConfig, 'vocabulary' | 'maxTokens' | 'padding' | 'maskToken'>;

/**
 * Text, or pair of texts → token ids, with a tokenizer that is loaded at the first text. Token ids pass: a
 * tokenizer, where one is set, is only compared with the encoder.
 *
 * Errors when applied: ConfigError when there is no tokenizer, or it does not fit the encoder; SampleError for a text that
 * is too long and may not be cut.
 */
export function createTransform(
  { tokenizer: path, maxTokens, truncation }: TransformOptions,
  config: Vocabulary,
): Transform<TextItem | TokenItem | WordsItem, TextSample> {
  let loaded: Promise<Tokenizer> | undefined;
  const options = { maxTokens: Math.min(maxTokens ?? config.maxTokens, config.maxTokens), truncation };
  return async (item) => {
    if ('ids' in item) {
      if (path !== undefined) await (loaded ??= load(path, config)); // only to see that it fits
      return item;
    }
    loaded ??= load(path, config);
    if ('words' in item) return encodeWords(await loaded, item, options);
    const sequence = encodeSequence(await loaded, item, options);
    return { name: item.name, ...sequence, ...(item.label !== undefined && { label: item.label }) };
  };
}

/** The transform of a tokenizer that is there already, as in a browser. */
export function tokenise(
  tokenizer: Tokenizer,
  config: Vocabulary,
  options: Partial<Pick<TransformOptions, 'maxTokens' | 'truncation'>> = {},
): (item: TextItem) => TextSample {
  checkVocabulary(tokenizer, config);
  const { maxTokens = config.maxTokens, truncation = 'longestFirst' } = options;
  return (item) => ({
    name: item.name,
    ...encodeSequence(tokenizer, item, { maxTokens, truncation }),
    ...(item.label !== undefined && { label: item.label }),
  });
}

async function load(path: string | undefined, config: Vocabulary): Promise<Tokenizer> {
  if (path === undefined) {
    throw new ConfigError('data.transform.tokenizer is not set, but the data are texts', {
      key: 'data.transform.tokenizer',
      hint: 'name the folder of a tokenizer',
    });
  }
  const { loadTokenizer } = await import('../node/tokenizer-files.js');
  const tokenizer = await loadTokenizer(path);
  checkVocabulary(tokenizer, config);
  return tokenizer;
}

/** @throws ConfigError when the tokenizer's ids are not those of the encoder's table */
export function checkVocabulary({ definition, size, special }: Tokenizer, config: Vocabulary): void {
  const wrong = [
    { key: 'vocabulary', got: config.vocabulary, needed: size, fits: size <= config.vocabulary },
    { key: 'padding', got: config.padding, needed: special.padding, fits: special.padding === config.padding },
    { key: 'maskToken', got: maskTokenOf(config), needed: special.mask, fits: special.mask === maskTokenOf(config) },
  ].find(({ fits }) => !fits);
  if (!wrong) return;
  throw new ConfigError(`encoder.${wrong.key} is ${wrong.got}, but ${definition.name} needs ${wrong.needed}`, {
    key: `encoder.${wrong.key}`,
    hint: `set encoder.${wrong.key}: ${wrong.needed}`,
  });
}
