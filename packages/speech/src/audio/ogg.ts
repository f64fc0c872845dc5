import { SampleError } from '@d2v/core';
import { latin, viewOf, type ByteSource } from './bytes.js';
import { decodedBlocks } from './decoders.js';
import { streamInfo } from './flac.js';
import type { AudioFormat, Recording } from './format.js';

/** Bytes of the longest page: header, 255 lacing values, 255 segments of 255 bytes. */
const longestPage = 27 + 255 + 255 * 255;

const END_OF_STREAM = 4;
/** Opus decodes at this rate, whatever was encoded. */
const opusRate = 48_000;

/**
 * Ogg with Vorbis, Opus or FLAC (RFC 3533): the first page names codec, rate and channels, the last one the length.
 * @throws SampleError when a page is damaged, the codec is another one, or the last page is not marked as the end
 */
export async function readOgg(source: ByteSource, name: string, start: number): Promise<Recording> {
  const head = await source.read(start, start + longestPage);
  if (head.length < 28) throw damaged(name, 'its first page is cut off');
  const segments = head[26]!;
  const { format, skip } = codecOf(head.subarray(27 + segments), name);
  if (format.rate === 0 || format.channels === 0) throw damaged(name, 'it names no sample rate or no channels');
  const serial = viewOf(head).getUint32(14, true);
  const frames = Math.max(0, (await lastPosition(source, serial, name)) - skip);
  const whole: AudioFormat = { ...format, frames, exact: true };
  return { ...whole, blocks: decodedBlocks(source, whole, { name, start }) };
}

/** The identification packet of each codec; `skip` frames are decoded and thrown away at the beginning. */
function codecOf(packet: Uint8Array, name: string): { format: AudioFormat; skip: number } {
  const view = viewOf(packet);
  if (latin(packet, 0, 7) === '\x01vorbis' && packet.length >= 16) {
    const format = { codec: 'vorbis', channels: packet[11]!, rate: view.getUint32(12, true), exact: true } as const;
    return { format, skip: 0 };
  }
  if (latin(packet, 0, 8) === 'OpusHead' && packet.length >= 12) {
    const format = { codec: 'opus', channels: packet[9]!, rate: opusRate, exact: true } as const;
    return { format, skip: view.getUint16(10, true) };
  }
  if (latin(packet, 0, 5) === '\x7fFLAC') return { format: streamInfo(packet.subarray(13), name), skip: 0 };
  const what = /^(Speex|\x80theora|CELT)/.exec(latin(packet, 0, 8))?.[1]?.replace('\x80', '');
  throw new SampleError(name, `Ogg with ${what ?? 'a codec that is neither Vorbis, Opus nor FLAC'} is not decoded`, {
    hint: 'convert it, as with ffmpeg -i FILE out.flac',
  });
}

/** The granule position of the last page. */
async function lastPosition(source: ByteSource, serial: number, name: string): Promise<number> {
  const from = Math.max(0, source.size - 2 * longestPage);
  const tail = await source.read(from, source.size);
  const view = viewOf(tail);
  for (let at = tail.length - 27; at >= 0; at--) {
    if (tail[at] !== 0x4f || latin(tail, at, at + 4) !== 'OggS' || view.getUint32(at + 14, true) !== serial) continue;
    const position = view.getBigInt64(at + 6, true);
    if ((tail[at + 5]! & END_OF_STREAM) !== 0 && position >= 0n && complete(tail, at)) return Number(position);
    throw new SampleError(name, 'cut off: its last page is not the end of the stream', { hint: 'fetch it again' });
  }
  throw damaged(name, 'its last page is not found');
}

/** Whether all of the page that begins at `at` is there. */
function complete(bytes: Uint8Array, at: number): boolean {
  const segments = bytes[at + 26]!;
  const lacing = bytes.subarray(at + 27, at + 27 + segments);
  return at + 27 + segments + lacing.reduce((sum, size) => sum + size, 0) <= bytes.length;
}

function damaged(name: string, problem: string): SampleError {
  return new SampleError(name, `the Ogg file is damaged: ${problem}`, { hint: 'fetch it again or remove it' });
}
