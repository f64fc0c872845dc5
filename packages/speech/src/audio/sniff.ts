import { SampleError } from '@d2v/core';
import { latin, type ByteSource } from './bytes.js';
import type { Container } from './format.js';

/** What begins like something else, and what to do with it. */
const others: readonly (readonly [magic: RegExp, what: string])[] = [
  [/^RIFX/, 'a big-endian WAV file (RIFX)'],
  [/^FORM....AIF/s, 'an AIFF file'],
  [/^\.snd/, 'a Sun AU file'],
  [/^....ftyp/s, 'an MP4 (AAC, ALAC) file'],
  [/^\xff[\xf0\xf1\xf8\xf9]/, 'raw AAC'],
  [/^#!AMR/, 'an AMR file'],
  [/^wvPk/, 'a WavPack file'],
  [/^\x1a\x45\xdf\xa3/, 'a WebM or Matroska file'],
  [/^\x89PNG|^\xff\xd8\xff|^GIF8/, 'an image'],
  [/^PK\x03\x04/, 'a zip archive'],
  [/^\x1f\x8b/, 'gzip data'],
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer, not the file itself'],
  [/^\s*<(!doctype|html|\?xml)/i, 'a web page or XML'],
];

/** A container and where it begins: after an ID3 tag, where there is one. */
export interface Sniffed {
  readonly container: Container;
  readonly start: number;
}

/**
 * Tells the container by its content, whatever the file is called.
 * @throws SampleError when the source is empty or holds something else
 */
export async function sniff(source: ByteSource, name: string): Promise<Sniffed> {
  const start = await id3Length(source);
  const head = await source.read(start, start + 256);
  if (source.size === 0) throw new SampleError(name, 'the file is empty', { hint: 'delete it or fetch it again' });
  const text = latin(head, 0, head.length);
  if (/^(RIFF|RF64)....WAVE/s.test(text)) return { container: 'wav', start };
  if (text.startsWith('fLaC')) return { container: 'flac', start };
  if (text.startsWith('OggS')) return { container: 'ogg', start };
  const other = others.find(([magic]) => magic.test(text));
  if (!other && (start > 0 || mp3Sync(head))) return { container: 'mp3', start };
  throw new SampleError(name, other ? `this is ${other[1]}, which is not decoded` : 'this is not a recording', {
    hint: 'give WAV, FLAC, MP3, or Ogg with Vorbis, Opus or FLAC; others can be converted, as with ffmpeg -i FILE out.flac',
  });
}

/** Bytes of an ID3v2 tag, 0 where there is none. */
async function id3Length(source: ByteSource): Promise<number> {
  const head = await source.read(0, 10);
  if (latin(head, 0, 3) !== 'ID3' || head.length < 10) return 0;
  const [size3, size2, size1, size0] = head.subarray(6) as unknown as [number, number, number, number];
  const footer = head[5]! & 0x10 ? 10 : 0;
  return 10 + size3 * 2 ** 21 + size2 * 2 ** 14 + size1 * 2 ** 7 + size0 + footer;
}

/** Whether an MPEG audio frame begins within the first bytes: 11 set bits, a valid version, layer, bitrate and rate. */
function mp3Sync(head: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = head;
  const layer = (second >> 1) & 3;
  return first === 0xff && second >> 5 === 7 && layer !== 0 && third >> 4 !== 15 && ((third >> 2) & 3) !== 3;
}
