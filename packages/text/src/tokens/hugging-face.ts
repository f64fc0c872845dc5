import { ConfigError } from '@d2v/core';
import { z } from 'zod';
import { specialTokens, type AddedToken, type TokenizerDefinition } from './definition.js';

const vocabularySchema = z.record(z.string(), z.int().min(0));

/** Reads `vocab.json`. @throws ConfigError naming the file */
export function parseVocabulary(json: string, name: string): Map<string, number> {
  return new Map(Object.entries(parseJson(json, vocabularySchema, name)));
}

/**
 * Reads `merges.txt` (or GPT-2's `vocab.bpe`): one pair a line, after a line `#version: …`.
 *
 * @throws ConfigError naming file and line
 */
export function parseMerges(text: string, name: string): [string, string][] {
  const merges: [string, string][] = [];
  text.split('\n').forEach((raw, i) => {
    const line = raw.replace(/\r$/, '');
    if (line === '' || (i === 0 && line.startsWith('#version'))) return;
    const pair = line.split(' ');
    if (pair.length !== 2 || !pair[0] || !pair[1]) {
      throw new ConfigError(`${name}:${i + 1}: '${line.slice(0, 40)}' is no pair of tokens`, {
        hint: 'write two tokens and one space a line',
      });
    }
    merges.push(pair as [string, string]);
  });
  return merges;
}

/** `vocab.json` and `merges.txt`, as RoBERTa's are. */
export function fromVocabulary(
  vocabulary: ReadonlyMap<string, number>,
  merges: readonly (readonly [string, string])[],
  name: string,
): TokenizerDefinition {
  return { name, vocabulary, merges, added: specialTokens(vocabulary), prefixSpace: false };
}

const byteLevel = z.object({
  type: z.literal('ByteLevel'),
  add_prefix_space: z.boolean().default(true),
  use_regex: z.boolean().default(true),
});

const tokenizerSchema = z.object({
  added_tokens: z
    .array(
      z.object({
        id: z.int().min(0),
        content: z.string().min(1),
        lstrip: z.boolean().default(false),
        rstrip: z.boolean().default(false),
      }),
    )
    .default([]),
  normalizer: z.null().optional(),
  pre_tokenizer: byteLevel.refine(({ use_regex }) => use_regex, { error: 'use_regex: false is not supported' }),
  model: z.object({
    type: z.literal('BPE').optional(),
    vocab: vocabularySchema,
    merges: z.array(z.union([z.tuple([z.string(), z.string()]), z.string()])),
    dropout: z.null().optional(),
    continuing_subword_prefix: z.union([z.null(), z.literal('')]).optional(),
    end_of_word_suffix: z.union([z.null(), z.literal('')]).optional(),
    ignore_merges: z.literal(false).optional(),
  }),
});

/**
 * Reads `tokenizer.json` of a byte-level BPE.
 *
 * @throws ConfigError naming the file and the key for any other kind of tokenizer
 */
export function parseTokenizerJson(json: string, name: string): TokenizerDefinition {
  const { added_tokens, pre_tokenizer, model } = parseJson(json, tokenizerSchema, name);
  const added = added_tokens.map(({ id, content, lstrip, rstrip }): AddedToken => ({
    id,
    content,
    stripLeft: lstrip,
    stripRight: rstrip,
  }));
  return {
    name,
    vocabulary: new Map(Object.entries(model.vocab)),
    merges: model.merges.map((pair) => (typeof pair === 'string' ? (pair.split(' ') as [string, string]) : pair)),
    added,
    prefixSpace: pre_tokenizer.add_prefix_space,
  };
}

/** @throws ConfigError naming the file, and the key where the content is wrong */
export function parseJson<T>(json: string, schema: z.ZodType<T>, name: string): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ConfigError(`${name}: not JSON: ${(cause as Error).message}`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new ConfigError(`${name}: '${path.join('.')}': ${message}`, {
    hint: 'only byte-level BPE as in GPT-2 and RoBERTa is supported, without a normalizer',
  });
}

/** The content of `vocab.json`, in the order of ids. */
export function writeVocabulary(vocabulary: ReadonlyMap<string, number>): string {
  const entries = [...vocabulary].sort(([, a], [, b]) => a - b);
  return `{${entries.map(([token, id]) => `${JSON.stringify(token)}:${id}`).join(',')}}`;
}

/** The content of `merges.txt`. */
export function writeMerges(merges: TokenizerDefinition['merges']): string {
  return `#version: 0.2\n${merges.map(([left, right]) => `${left} ${right}\n`).join('')}`;
}

/** The content of `tokenizer.json`, as Hugging Face's libraries read it: RoBERTa's kind. */
export function writeTokenizerJson({ vocabulary, merges, added, prefixSpace }: TokenizerDefinition): string {
  const id = (content: string): number =>
    added.find((token) => token.content === content)?.id ?? vocabulary.get(content)!;
  const content = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added.map((token) => ({
      id: token.id,
      content: token.content,
      single_word: false,
      lstrip: token.stripLeft,
      rstrip: token.stripRight,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: prefixSpace, trim_offsets: true, use_regex: true },
    post_processor: {
      type: 'RobertaProcessing',
      sep: ['</s>', id('</s>')],
      cls: ['<s>', id('<s>')],
      trim_offsets: true,
      add_prefix_space: prefixSpace,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries([...vocabulary].sort(([, a], [, b]) => a - b)),
      merges,
    },
  };
  return JSON.stringify(content);
}
