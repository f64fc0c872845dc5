import { ConfigError, type Dataset } from '@d2v/core';
import type { SpeechSample } from '../encoder/index.js';

/** Utterances in memory. */
export interface WaveformArray {
  /** Mono, 16 kHz, one an utterance. */
  readonly waveforms: readonly Float32Array[];
  /** A class number for each utterance. */
  readonly labels?: readonly number[];
  /** Class names by number; default: '0', '1', …. */
  readonly classes?: readonly string[];
  /** What errors call the array; default `array`. */
  readonly name?: string;
}

/**
 * A dataset over waveforms in memory, which it keeps and does not copy.
 *
 * @throws ConfigError when there is not one label for each utterance
 */
export function waveformArray({ waveforms, labels, classes, name = 'array' }: WaveformArray): Dataset<SpeechSample> {
  if (labels && labels.length !== waveforms.length) {
    throw new ConfigError(`${name}: ${labels.length} labels for ${waveforms.length} utterances`, { key: 'labels' });
  }
  const nameOf = (index: number): string => `${name}[${index}]`;
  const names = labels && (classes ?? Array.from({ length: Math.max(-1, ...labels) + 1 }, (_, label) => `${label}`));
  return {
    size: waveforms.length,
    ...(names && { classes: names }),
    name: nameOf,
    ...(labels && { label: (index: number) => labels[index]! }),
    read: (index) =>
      Promise.resolve({
        name: nameOf(index),
        waveform: waveforms[index]!,
        ...(labels && { label: labels[index]! }),
      }),
  };
}
