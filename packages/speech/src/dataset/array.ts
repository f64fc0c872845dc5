import { checkClasses, checkLabel, ConfigError, numbered, type Dataset } from '@d2v/core';
import { sampleRate } from '../audio/format.js';
import type { AudioItem } from '../audio/item.js';
import { waveformItem } from '../audio/waveform-item.js';

/** Recordings in memory. */
export interface WaveformArray {
  /** Mono samples, one entry a recording. */
  readonly waveforms: readonly Float32Array[];
  /** Samples a second; default 16000. */
  readonly rate?: number;
  /** The words of each recording. */
  readonly transcripts?: readonly string[];
  /** A class number for each recording, or a list of them. */
  readonly labels?: readonly number[] | readonly (readonly number[])[];
  /** Class names by number; default: '0', '1', …. */
  readonly classes?: readonly string[];
  /** What errors call the array; default `array`. */
  readonly name?: string;
}

/**
 * A dataset over recordings in memory, which it keeps and does not copy.
 *
 * @throws ConfigError when there is not one label or transcript for each recording
 * @throws SampleError for a label that is not a class; on reading, for a recording that is empty or not finite
 */
export function arrayDataset(array: WaveformArray): Dataset<AudioItem> {
  const { waveforms, rate = sampleRate, transcripts, labels, name: source = 'array' } = array;
  const name = (index: number): string => `${source}[${index}]`;
  for (const [what, values] of [
    ['labels', labels],
    ['transcripts', transcripts],
  ] as const) {
    if (!values || values.length === waveforms.length) continue;
    throw new ConfigError(`${source}: ${values.length} ${what} for ${waveforms.length} recordings`, { key: what });
  }
  checkClasses(array.classes);
  const lists = labels?.map((label) => (typeof label === 'number' ? [label] : label));
  const classes = lists && (array.classes ?? numbered(lists.flat()));
  lists?.forEach((list, index) => list.forEach((label) => checkLabel(label, classes!.length, name(index))));
  const single = typeof labels?.[0] === 'number';
  return {
    size: waveforms.length,
    name,
    ...(classes && { classes }),
    ...(lists && single && { label: (index: number) => lists[index]![0]! }),
    ...(transcripts && { annotation: (index: number) => transcripts[index] }),
    length: (index) => Math.ceil((waveforms[index]!.length * sampleRate) / rate),
    read: (index) =>
      Promise.resolve().then(() => {
        const about = {
          name: name(index),
          ...(transcripts && { transcript: transcripts[index]! }),
          ...(lists && (single ? { label: lists[index]![0]! } : { labels: Int32Array.from(lists[index]!) })),
        };
        return waveformItem(waveforms[index]!, about, rate);
      }),
  };
}
