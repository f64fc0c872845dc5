import type { HostBatch, RandomStream } from '@d2v/core';
import { z } from 'zod';
import { spanOptions } from './schema.js';
import { spanMask } from './span.js';

const spans = (length: number) =>
  z.strictObject({
    prob: z.number().min(0).max(1).default(0).describe('Number of spans times their length, as a share; 0: none.'),
    length: z.number().int().positive().default(length).describe('Length of a span.'),
    minSpans: z.number().int().min(0).default(0).describe('Fewest spans, where prob is above 0.'),
    ...spanOptions,
  });

/** What is hidden in fine-tuning (reference: data2vec1.md §4.4, §4.6). */
export const featureMaskSchema = z.strictObject({
  time: spans(10).prefault({}).describe('Spans of frames.'),
  channel: spans(64).prefault({}).describe('Spans of channels, zero in all frames.'),
});

export type FeatureMaskOptions = z.output<typeof featureMaskSchema>;

/**
 * Draws the masks of a fine-tuning batch: two more inputs of the encoder, which hides frames first and channels then.
 * `timeMask` (B, T, 1) and `channelMask` (B, 1, D) hold 1 where something is hidden; a kind whose `prob` is 0 is left
 * out. What is drawn for a row depends on the stream and the row's place in the batch.
 *
 * @param dim width D of the local features
 */
export function maskFeatures(
  batch: HostBatch,
  dim: number,
  { time, channel }: FeatureMaskOptions,
  stream: RandomStream,
): HostBatch {
  const { size, tokens, lengths } = batch;
  const rows = (width: number, draw: (row: number) => Uint8Array): Float32Array => {
    const data = new Float32Array(size * width);
    for (let row = 0; row < size; row++) data.set(draw(row), row * width);
    return data;
  };
  const timeMask = (row: number): Uint8Array => spanMask(lengths?.[row] ?? tokens, time, stream.fork('time', row));
  const channelMask = (row: number): Uint8Array => spanMask(dim, channel, stream.fork('channel', row));
  return {
    ...batch,
    inputs: {
      ...batch.inputs,
      ...(time.prob > 0 && { timeMask: { data: rows(tokens, timeMask), shape: [size, tokens, 1] } }),
      ...(channel.prob > 0 && { channelMask: { data: rows(dim, channelMask), shape: [size, 1, dim] } }),
    },
  };
}
