import { SampleError } from '@d2v/core';
import { bytesSource, type ByteSource } from './bytes.js';
import { readFlac } from './flac.js';
import { resampledLength, sampleRate, type Recording } from './format.js';
import type { About, AudioItem, Span } from './item.js';
import { readMp3 } from './mp3.js';
import { readOgg } from './ogg.js';
import { Resampler } from './resample.js';
import { sniff } from './sniff.js';
import { readWav } from './wav.js';

/**
 * Seconds of sound that are decoded at once, 115 MB at 16 kHz. Longer recordings are read in spans: in WAV a span costs
 * what it holds, in the compressed formats everything before it is decoded too.
 */
export const maximumSeconds = 1800;

/** Sample rates that make sense; anything else is a damaged header. */
const [lowestRate, highestRate] = [1000, 768_000];

/**
 * A recording (WAV, FLAC, MP3, Ogg with Vorbis, Opus or FLAC, whatever it is called) as an item; only its header is
 * read. Sound of any sample rate and channel count comes as the mean of the channels, resampled to 16 kHz. Silence and
 * clipping are nothing wrong.
 *
 * @throws SampleError when the bytes are empty, no recording, damaged, cut off or without a sample
 */
export async function openAudio(source: ByteSource | Uint8Array, about: About): Promise<AudioItem> {
  const { name } = about;
  const recording = await readHeader(source instanceof Uint8Array ? bytesSource(source) : source, name);
  const frames = recording.exact ? recording.frames! : await countFrames(recording);
  if (frames <= 0) throw new SampleError(name, 'it holds no sound: 0 samples', { hint: 'remove it' });
  const samples = resampledLength(frames, recording.rate);
  return { ...about, samples, waveform: (span) => decode(recording, { start: 0, end: samples, ...span }, name) };
}

/**
 * Samples at 16 kHz, from the header alone. Estimated for an MP3 without a length tag; 0 for a FLAC that does not say.
 * @throws as `openAudio`
 */
export async function audioLength(source: ByteSource, name: string): Promise<number> {
  const { frames = 0, rate } = await readHeader(source, name);
  return resampledLength(frames, rate);
}

/** @throws SampleError when the header cannot be read or makes no sense */
export async function readHeader(source: ByteSource, name: string): Promise<Recording> {
  const { container, start } = await sniff(source, name);
  const recording =
    container === 'wav'
      ? await readWav(source, name)
      : container === 'flac'
        ? await readFlac(source, name, start)
        : container === 'ogg'
          ? await readOgg(source, name, start)
          : await readMp3(source, name, start);
  const { rate, channels } = recording;
  if (rate >= lowestRate && rate <= highestRate && channels > 0) return recording;
  throw new SampleError(name, `the header is damaged: ${channels} channels at ${rate} Hz`, {
    hint: `sample rates are ${lowestRate} to ${highestRate} Hz; fetch the file again or remove it`,
  });
}

async function countFrames({ blocks }: Recording): Promise<number> {
  let frames = 0;
  for await (const block of blocks(0)) frames += block.length;
  return frames;
}

async function decode({ blocks, rate }: Recording, { start, end }: Span, name: string): Promise<Float32Array> {
  const wanted = Math.max(0, end - start);
  if (wanted > maximumSeconds * sampleRate) {
    const minutes = (wanted / sampleRate / 60).toFixed(1);
    throw new SampleError(
      name,
      `${minutes} minutes are more than the ${maximumSeconds / 60} that are decoded at once`,
      {
        hint: 'cut the recording up, or have a part of it taken: set maxSeconds (and evaluation: middle) in data.transform',
      },
    );
  }
  const resampler = new Resampler(rate, start, new Float32Array(wanted));
  for await (const block of blocks(resampler.from)) {
    checkFinite(block, name);
    resampler.push(block);
    if (resampler.full) break;
  }
  resampler.finish();
  return resampler.full ? resampler.out : resampler.out.slice(0, resampler.done);
}

function checkFinite(block: Float32Array, name: string): void {
  const at = block.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new SampleError(name, `its sound holds ${block[at]}, not only numbers`, {
    hint: 'repair or remove the recording: a program wrote floats that are not finite',
  });
}
