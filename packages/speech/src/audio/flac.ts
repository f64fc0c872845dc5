import { SampleError } from '@d2v/core';
import { viewOf, type ByteSource } from './bytes.js';
import { decodedBlocks } from './decoders.js';
import type { AudioFormat, Recording } from './format.js';

/** Bytes of a STREAMINFO block. */
const streamInfoBytes = 34;

/**
 * FLAC (RFC 9639): the first metadata block says everything.
 * @throws SampleError when the header is damaged
 */
export async function readFlac(source: ByteSource, name: string, start: number): Promise<Recording> {
  const head = await source.read(start, start + 8 + streamInfoBytes);
  const format = streamInfo(head.subarray(4), name);
  return { ...format, blocks: decodedBlocks(source, format, { name, start }) };
}

/** A metadata block header and STREAMINFO → format. */
export function streamInfo(block: Uint8Array, name: string): AudioFormat {
  const problem = (what: string): SampleError =>
    new SampleError(name, `the FLAC header is damaged: ${what}`, { hint: 'fetch it again or remove it' });
  if (block.length < 4 + streamInfoBytes || (block[0]! & 0x7f) !== 0)
    throw problem('it does not begin with STREAMINFO');
  const bits = viewOf(block).getBigUint64(14); // rate 20, channels 3, depth 5, samples 36
  const rate = Number(bits >> 44n);
  const channels = Number((bits >> 41n) & 7n) + 1;
  const frames = Number(bits & 0xfffffffffn);
  if (rate === 0) throw problem('the sample rate is 0');
  return { codec: 'flac', rate, channels, ...(frames > 0 && { frames }), exact: frames > 0 };
}
