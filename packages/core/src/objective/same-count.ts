import type { Encoder } from '../encoder/encoder.js';
import type { HostBatch } from '../encoder/host.js';
import { equaliseMasks } from '../mask/equalise.js';
import type { RandomStream } from '../random/stream.js';

/**
 * The masks of a batch, with the same number of masked tokens in each row where the encoder asks for it.
 *
 * @param masks (rows·tokens), 1 = masked; rows are sample-major, several per sample
 * @param stream the randomness that a row's mask was drawn from
 */
export function withSameCount(
  { sameCount }: Pick<Encoder, 'sameCount'>,
  masks: Uint8Array,
  { size, tokens, lengths }: HostBatch,
  stream: (row: number) => RandomStream,
): Uint8Array {
  if (!sameCount) return masks;
  const rows = masks.length / tokens;
  const copies = rows / size;
  const streams = Array.from({ length: rows }, (_, row) => stream(row).fork('sameCount'));
  const real = lengths && streams.map((_, row) => lengths[Math.floor(row / copies)]!);
  return equaliseMasks(masks, rows, tokens, { mode: sameCount, ...(real && { lengths: real }) }, streams);
}
