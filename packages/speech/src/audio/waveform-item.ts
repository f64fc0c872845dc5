import { SampleError } from '@d2v/core';
import type { About, AudioItem } from './item.js';
import { resample } from './resample.js';
import { sampleRate } from './format.js';

/**
 * A recording whose sound is in memory already. `waveform` is only read.
 *
 * @param waveform mono samples
 * @param rate samples a second
 * @throws SampleError when it is empty or a sample is not finite
 */
export function waveformItem(waveform: Float32Array, about: About, rate = sampleRate): AudioItem {
  if (waveform.length === 0) {
    throw new SampleError(about.name, 'it holds no sound: 0 samples', { hint: 'remove it' });
  }
  const bad = waveform.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new SampleError(about.name, `sample ${bad} is ${waveform[bad]}, not a number`, {
      hint: 'repair or remove the recording',
    });
  }
  const sound = resample(waveform, rate);
  return {
    ...about,
    samples: sound.length,
    waveform: ({ start, end } = { start: 0, end: sound.length }) => Promise.resolve(sound.slice(start, end)),
  };
}
