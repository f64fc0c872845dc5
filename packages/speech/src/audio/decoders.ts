import { SampleError } from '@d2v/core';
import type { ByteSource } from './bytes.js';
import type { AudioFormat, Codec, MonoBlocks } from './format.js';
import { monoPlanar } from './pcm.js';

/** Compressed bytes that are decoded at once. */
const chunkBytes = 65_536;

/** Frames by which the length of an MP3 may differ from what its header says: decoders start and end differently. */
const mp3Tolerance = 3 * 1152;

/** Louder than anything that an encoder was given: MP3 has no checksums, so damage shows in what is decoded. */
const loudest = 8;

interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly samplesDecoded: number;
  readonly sampleRate: number;
  readonly errors: readonly { readonly message: string }[];
}

/** What the WebAssembly decoders have in common. */
interface Decoder {
  readonly ready: Promise<unknown>;
  decode(bytes: Uint8Array): Decoded | Promise<Decoded>;
  flush?(): Promise<Decoded>;
  free(): void;
}

/** Loads a decoder when the first file needs it. */
const open: Readonly<Record<Exclude<Codec, 'pcm'>, () => Promise<Decoder>>> = {
  flac: async () => new (await import('@wasm-audio-decoders/flac')).FLACDecoder(),
  mp3: async () => new (await import('mpg123-decoder')).MPEGDecoder(),
  vorbis: async () => new (await import('@wasm-audio-decoders/ogg-vorbis')).OggVorbisDecoder(),
  opus: async () => new (await import('ogg-opus-decoder')).OggOpusDecoder(),
};

/** Where the compressed stream begins. */
export interface Stream {
  readonly name: string;
  readonly start: number;
}

/**
 * Decodes a stream piece by piece, so that memory does not grow with its length. Frames before `from` are decoded and
 * dropped: compressed formats are not entered in the middle.
 *
 * Errors while decoding: SampleError for damaged data and for streams that end before the header says.
 */
export function decodedBlocks(source: ByteSource, format: AudioFormat, { name, start }: Stream): MonoBlocks {
  return async function* (from) {
    let done = 0;
    for await (const { channelData, samplesDecoded, sampleRate, errors } of decoded(source, format, start)) {
      if (errors.length > 0) throw damaged(name, format, errors[0]!.message);
      if (samplesDecoded === 0) continue;
      if (sampleRate !== format.rate) {
        throw damaged(name, format, `its sample rate changes from ${format.rate} to ${sampleRate} Hz`);
      }
      const block = monoPlanar(channelData.map((channel) => channel.subarray(0, samplesDecoded)));
      if (block.some((value) => Math.abs(value) > loudest)) {
        throw damaged(name, format, 'samples are far outside [-1, 1]');
      }
      const dropped = Math.min(block.length, Math.max(0, from - done));
      done += block.length;
      if (dropped < block.length) yield block.subarray(dropped);
    }
    checkEnd(done, format, name);
  };
}

async function* decoded(source: ByteSource, { codec }: AudioFormat, start: number): AsyncGenerator<Decoded> {
  const decoder = await open[codec as Exclude<Codec, 'pcm'>]();
  await decoder.ready;
  try {
    for (let at = start; at < source.size; at += chunkBytes) {
      yield await decoder.decode(await source.read(at, at + chunkBytes));
    }
    if (decoder.flush) yield await decoder.flush();
  } finally {
    decoder.free();
  }
}

function checkEnd(done: number, { codec, frames, exact }: AudioFormat, name: string): void {
  const wanted = exact && frames !== undefined ? frames - (codec === 'mp3' ? mp3Tolerance : 0) : 1;
  if (done >= wanted) return;
  const part = done === 0 ? 'nothing of it' : `${done} of ${frames} frames`;
  throw new SampleError(name, `cut off or damaged: ${part} can be decoded`, { hint: 'fetch it again or remove it' });
}

function damaged(name: string, { codec }: AudioFormat, problem: string): SampleError {
  return new SampleError(name, `the ${codec.toUpperCase()} data is damaged: ${problem}`, {
    hint: 'fetch it again or remove it',
  });
}
