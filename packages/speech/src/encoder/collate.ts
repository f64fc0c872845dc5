import { SampleError, type HostBatch } from '@d2v/core';
import { sampleRate } from '../audio/format.js';
import type { SpeechSample } from '../audio/item.js';
import type { ExtractorConfig } from './config.js';
import { frameCount, receptiveField } from './lengths.js';

/**
 * Utterances → waveforms (B, N), filled with zeros up to the longest, and their frames. The label of a row is its class or
 * list of classes, its annotation the transcript.
 *
 * @throws SampleError naming an utterance that is shorter than the receptive field or has values that are not finite
 */
export function collate(samples: readonly SpeechSample[], extractor: ExtractorConfig): HostBatch {
  const { layers } = extractor;
  samples.forEach((sample) => check(sample, receptiveField(layers)));
  const steps = samples.reduce((longest, { waveform }) => Math.max(longest, waveform.length), 0);
  const data = new Float32Array(samples.length * steps);
  samples.forEach(({ waveform }, row) => data.set(waveform, row * steps));
  const labels = samples.map(({ labels, label }) => labels ?? label);
  const annotations = samples.map(({ transcript }) => transcript);
  return {
    ...waveformInputs(data, samples.map(({ waveform }) => waveform.length), extractor), // prettier-ignore
    tokens: frameCount(steps, layers),
    size: samples.length,
    names: samples.map(({ name }) => name),
    ...(labels.some((label) => label !== undefined) && { labels }),
    ...(annotations.some((transcript) => transcript !== undefined) && { annotations }),
  };
}

/**
 * The encoder's inputs: `waveforms` (B, N), and with group norm `firstLengths` (B), the real steps of the first layer's
 * output; and the frames of each row where some row has fewer than others.
 *
 * @param data (B·N), row-major
 * @param lengths real samples of each row
 * @param counted samples of each row that group norm takes its statistics over; default: the real ones
 */
export function waveformInputs(
  data: Float32Array,
  lengths: readonly number[],
  { layers, norm }: Pick<ExtractorConfig, 'layers' | 'norm'>,
  counted: readonly number[] = lengths,
): Pick<HostBatch, 'inputs' | 'lengths'> {
  const size = lengths.length;
  const frames = lengths.map((length) => frameCount(length, layers));
  const longest = frameCount(data.length / size, layers);
  const first = Float32Array.from(counted, (length) => frameCount(length, layers.slice(0, 1)));
  return {
    inputs: {
      waveforms: { data, shape: [size, data.length / size] },
      ...(norm === 'group' && { firstLengths: { data: first, shape: [size] } }),
    },
    ...(frames.some((count) => count < longest) && { lengths: frames }),
  };
}

function check({ name, waveform }: SpeechSample, shortest: number): void {
  if (waveform.length < shortest) {
    throw new SampleError(
      name,
      `has ${waveform.length} samples (${(waveform.length / sampleRate).toFixed(3)} s); a frame takes ${shortest}`,
      { hint: 'leave out shorter utterances, or pad them with silence' },
    );
  }
  const bad = waveform.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new SampleError(name, `sample ${bad} is ${waveform[bad]}`, {
      hint: 'the recording is damaged, or its normalisation divided by zero',
    });
  }
}
