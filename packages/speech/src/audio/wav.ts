import { SampleError } from '@d2v/core';
import { latin, viewOf, type ByteSource } from './bytes.js';
import type { HeaderReader, Recording } from './format.js';
import { bytesPerSample, monoPcm, type Encoding } from './pcm.js';

/** Bytes that are read at once. */
const blockBytes = 2 ** 20;

const EXTENSIBLE = 0xfffe;
const codecs: Readonly<Record<number, string>> = {
  0x0002: 'Microsoft ADPCM',
  0x0011: 'IMA ADPCM',
  0x0031: 'GSM 6.10',
  0x0055: 'MP3 inside WAV',
};

interface Layout {
  readonly encoding: Encoding;
  readonly rate: number;
  readonly channels: number;
}

interface Chunk {
  readonly id: string;
  /** First byte of its contents. */
  readonly start: number;
  readonly size: number;
}

/**
 * WAV (RIFF and RF64): PCM of 8, 16, 24 and 32 bits, float of 32 and 64 bits, A-law, µ-law, plain or
 * WAVE_FORMAT_EXTENSIBLE. Only what is asked for is read, so length does not matter.
 *
 * A data chunk of unknown size (0 or the largest number, as programs write into pipes) goes to the end of the file.
 *
 * @throws SampleError when the header is damaged, the format is another one or the data is cut off
 */
export const readWav: HeaderReader = async (source, name) => {
  let layout: Layout | undefined;
  let size64: number | undefined;
  for (let at = 12; at + 8 <= source.size;) {
    const chunk = await chunkAt(source, at);
    if (chunk.id === 'fmt ') layout = readLayout(await source.read(chunk.start, chunk.start + chunk.size), name);
    if (chunk.id === 'ds64') size64 = dataSize64(await source.read(chunk.start, chunk.start + 16), name);
    if (chunk.id === 'data') {
      if (!layout) throw damaged(name, 'the data comes before the format');
      return recording(source, chunk, layout, size64, name);
    }
    at = chunk.start + chunk.size + (chunk.size % 2);
  }
  throw damaged(name, layout ? 'it has no data chunk' : 'it has no format chunk');
};

async function chunkAt(source: ByteSource, at: number): Promise<Chunk> {
  const head = await source.read(at, at + 8);
  return { id: latin(head, 0, 4), start: at + 8, size: viewOf(head).getUint32(4, true) };
}

function dataSize64(bytes: Uint8Array, name: string): number {
  if (bytes.length < 16) throw damaged(name, 'its ds64 chunk is cut off');
  return Number(viewOf(bytes).getBigUint64(8, true));
}

function readLayout(bytes: Uint8Array, name: string): Layout {
  if (bytes.length < 16) throw damaged(name, `its format chunk has ${bytes.length} bytes of at least 16`);
  const view = viewOf(bytes);
  const tag = view.getUint16(0, true);
  const format = tag === EXTENSIBLE && bytes.length >= 26 ? view.getUint16(24, true) : tag;
  const [channels, rate] = [view.getUint16(2, true), view.getUint32(4, true)];
  const [align, bits] = [view.getUint16(12, true), view.getUint16(14, true)];
  const encoding = encodingOf(format, channels > 0 ? align / channels : 0);
  if (!encoding) {
    const what = codecs[format] ?? `format 0x${format.toString(16).padStart(4, '0')}`;
    throw new SampleError(name, `WAV with ${what}, ${bits} bits, ${channels} channels is not decoded`, {
      hint: 'convert it to PCM, as with ffmpeg -i FILE -c:a pcm_s16le out.wav',
    });
  }
  return { encoding, channels, rate };
}

/** @param width bytes of one sample as they are stored; 20 bits are stored in 3 bytes, left-justified */
function encodingOf(format: number, width: number): Encoding | undefined {
  if (format === 1) return ({ 1: 'u8', 2: 's16', 3: 's24', 4: 's32' } as const)[width];
  if (format === 3) return ({ 4: 'f32', 8: 'f64' } as const)[width];
  if (width !== 1) return undefined;
  return ({ 6: 'alaw', 7: 'ulaw' } as const)[format];
}

function recording(
  source: ByteSource,
  { start, size }: Chunk,
  { encoding, channels, rate }: Layout,
  size64: number | undefined,
  name: string,
): Recording {
  const there = source.size - start;
  const wanted = size === 0xffffffff && size64 !== undefined ? size64 : size;
  const streamed = wanted === 0 || wanted >= 0xffffff00;
  const bytes = streamed ? there : wanted;
  if (bytes > there) {
    throw new SampleError(name, `cut off: ${there} of ${bytes} bytes of sound are there`, {
      hint: 'fetch it again, or repair its header if the rest is lost',
    });
  }
  const frame = bytesPerSample[encoding] * channels;
  const frames = Math.floor(bytes / frame);
  const perBlock = Math.max(1, Math.floor(blockBytes / frame));
  return {
    codec: 'pcm',
    rate,
    channels,
    frames,
    exact: true,
    blocks: async function* (from) {
      for (let at = from; at < frames; at += perBlock) {
        const end = Math.min(frames, at + perBlock);
        yield monoPcm(await source.read(start + at * frame, start + end * frame), encoding, channels);
      }
    },
  };
}

function damaged(name: string, problem: string): SampleError {
  return new SampleError(name, `the WAV header is damaged: ${problem}`, { hint: 'fetch it again or remove it' });
}
