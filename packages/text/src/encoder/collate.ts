import { SampleError, type HostBatch } from '@d2v/core';
import type { TextSample } from '../sample.js';
import type { EncoderConfig } from './config.js';

/** A batch that also knows where words begin, for masks of whole words. */
export interface TextBatch extends HostBatch {
  /** (B·T), 1 = the token begins a word; absent unless every sample says so. */
  readonly wordStarts?: Uint8Array;
}

/**
 * Pads sequences on the right to one length.
 *
 * @throws SampleError for a sequence that is empty, too long, or holds padding or an id beyond the table
 */
export function collateTokens(samples: readonly TextSample[], config: EncoderConfig): TextBatch {
  for (const sample of samples) checkSample(sample, config);
  const { maxTokens, padToMultiple, padding } = config;
  const lengths = samples.map(({ ids }) => ids.length);
  const tokens = Math.min(maxTokens, Math.ceil(Math.max(...lengths) / padToMultiple) * padToMultiple);
  const data = new Int32Array(samples.length * tokens).fill(padding);
  samples.forEach(({ ids }, row) => data.set(ids, row * tokens));
  return {
    inputs: { ids: { data, shape: [samples.length, tokens] } },
    tokens,
    size: samples.length,
    names: samples.map(({ name }) => name),
    ...(lengths.some((length) => length < tokens) && { lengths }),
    ...(samples.some(({ label }) => label !== undefined) && { labels: samples.map(({ label }) => label) }),
    ...(samples.every(({ wordStarts }) => wordStarts) && { wordStarts: joinWordStarts(samples, tokens) }),
  };
}

function joinWordStarts(samples: readonly TextSample[], tokens: number): Uint8Array {
  const starts = new Uint8Array(samples.length * tokens);
  samples.forEach(({ wordStarts }, row) => starts.set(wordStarts!, row * tokens));
  return starts;
}

function checkSample({ name, ids, wordStarts }: TextSample, { maxTokens, vocabulary, padding }: EncoderConfig): void {
  if (ids.length === 0) throw new SampleError(name, 'has no tokens', { hint: 'remove the empty text' });
  if (ids.length > maxTokens) {
    throw new SampleError(name, `has ${ids.length} tokens, but the encoder takes ${maxTokens}`, {
      hint: 'set data.transform.maxTokens so that texts are cut, or raise encoder.maxTokens',
    });
  }
  const bad = ids.findIndex((id) => !(id >= 0 && id < vocabulary) || id === padding);
  if (bad >= 0) {
    const problem =
      ids[bad] === padding
        ? 'which is the padding id; samples come without padding'
        : `which is not one of the ${vocabulary} ids of the encoder's table`;
    throw new SampleError(name, `token ${bad} has the id ${ids[bad]}, ${problem}`, {
      hint: 'the tokenizer and encoder.vocabulary do not belong together',
    });
  }
  if (wordStarts && wordStarts.length !== ids.length) {
    throw new SampleError(name, `has ${ids.length} tokens, but ${wordStarts.length} entries in wordStarts`);
  }
}
