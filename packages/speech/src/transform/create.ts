import { SampleError, type Mode, type RandomStream, type Transform } from '@d2v/core';
import { sampleRate } from '../audio/format.js';
import type { AudioItem, Span, SpeechSample } from '../audio/item.js';
import { normalise } from './normalise.js';
import type { TransformOptions } from './options.js';

/** Recordings of at most so many seconds are normalised as a whole before they are cropped. */
const wholeSeconds = 60;

/**
 * Recording → waveform: a random piece of at most `maxSeconds` in training, all of it (or the middle) in evaluation
 * (reference: data2vec1.md §4.1). Recordings up to a minute are normalised as a whole and then cropped, as in fairseq;
 * of longer ones only the piece is decoded and normalised.
 *
 * @param shortest samples that one frame of the encoder is computed from
 *
 * Errors when applied: SampleError for a recording that cannot be decoded, is shorter than `minSeconds`, is too long
 * for its transcript to be kept, or is silent where that is refused.
 */
export function createTransform(
  options: TransformOptions,
  shortest: number,
  mode: Mode,
): Transform<AudioItem, SpeechSample> {
  const most = options.maxSeconds === undefined ? Infinity : Math.round(options.maxSeconds * sampleRate);
  const transform = async (item: AudioItem, stream: RandomStream): Promise<SpeechSample> => {
    checkLength(item, options, shortest);
    const taken = piece(item, most, options, mode, stream);
    const whole = item.samples <= wholeSeconds * sampleRate;
    let waveform = await item.waveform(whole ? undefined : taken);
    if (options.silence === 'refuse') checkSound(waveform, item.name);
    if (options.normalise) normalise(waveform);
    if (whole && taken) waveform = waveform.slice(taken.start, taken.end);
    const { name, transcript, label, labels } = item;
    return {
      name,
      waveform,
      ...(transcript !== undefined && { transcript }),
      ...(label !== undefined && { label }),
      ...(labels && { labels }),
    };
  };
  const cropped = mode !== 'evaluate' || options.evaluation === 'middle';
  return Object.assign(transform, { lengthAfter: (samples: number) => (cropped ? Math.min(samples, most) : samples) });
}

function checkLength({ name, samples }: AudioItem, { minSeconds }: TransformOptions, shortest: number): void {
  const least = Math.max(shortest, Math.round((minSeconds ?? 0) * sampleRate));
  if (samples >= least) return;
  const wanted = least === shortest ? `${shortest} samples that one frame needs` : `minSeconds, ${minSeconds} s`;
  throw new SampleError(name, `${samples} samples (${seconds(samples)} s at 16 kHz) are fewer than the ${wanted}`, {
    hint: 'remove it, set minSeconds of the reader, or training.onBadSample: skip',
  });
}

function checkSound(waveform: Float32Array, name: string): void {
  if (waveform.some((value) => value !== waveform[0])) return;
  throw new SampleError(name, 'it is silent: all samples are the same', {
    hint: 'remove it, or set silence: keep in data.transform',
  });
}

/** The part of a recording that is taken; undefined: all of it. */
function piece(
  { name, samples, transcript }: AudioItem,
  most: number,
  { evaluation, maxSeconds }: TransformOptions,
  mode: Mode,
  stream: RandomStream,
): Span | undefined {
  if (samples <= most) return undefined;
  if (mode === 'evaluate') {
    const start = Math.floor((samples - most) / 2);
    return evaluation === 'whole' ? undefined : { start, end: start + most };
  }
  if (mode === 'finetune' && transcript !== undefined) {
    throw new SampleError(
      name,
      `${seconds(samples)} s are more than maxSeconds, ${maxSeconds} s, and have a transcript`,
      {
        hint: 'cut the recording and its text up, set maxSeconds of the reader, or training.onBadSample: skip',
      },
    );
  }
  const start = stream.below(samples - most + 1);
  return { start, end: start + most };
}

const seconds = (samples: number): string => (samples / sampleRate).toFixed(3);
