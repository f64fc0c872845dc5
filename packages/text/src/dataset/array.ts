import { ConfigError, SampleError, type Dataset } from '@d2v/core';
import type { SignalItem } from '../signal.js';

/** Recordings in memory. */
export interface SignalArray {
  /** One entry a recording: (steps, channels), time step after time step. They may differ in length. */
  readonly recordings: readonly Float32Array[];
  /** A class number for each recording. */
  readonly labels?: readonly number[];
  /** Class names by number; default: '0', '1', …. */
  readonly classes?: readonly string[];
  /** What errors call the array; default `array`. */
  readonly name?: string;
}

/**
 * A dataset over recordings in memory, which it keeps and does not copy.
 *
 * @throws ConfigError when there is not one label for each recording
 * @throws SampleError for a label that is not a class
 */
export function arrayDataset({ recordings, labels, classes, name = 'array' }: SignalArray): Dataset<SignalItem> {
  if (labels && labels.length !== recordings.length) {
    throw new ConfigError(`${name}: ${labels.length} labels for ${recordings.length} recordings`, { key: 'labels' });
  }
  const nameOf = (index: number): string => `${name}[${index}]`;
  const names = labels && (classes ?? Array.from({ length: Math.max(-1, ...labels) + 1 }, (_, label) => String(label)));
  labels?.forEach((label, i) => {
    if (Number.isInteger(label) && label >= 0 && label < names!.length) return;
    throw new SampleError(nameOf(i), `label ${label} is not a class in [0, ${names!.length})`);
  });
  return {
    size: recordings.length,
    ...(names && { classes: names }),
    name: nameOf,
    ...(labels && { label: (index: number) => labels[index]! }),
    read: (index) =>
      Promise.resolve({
        name: nameOf(index),
        values: recordings[index]!,
        ...(labels && { label: labels[index]! }),
      }),
  };
}
