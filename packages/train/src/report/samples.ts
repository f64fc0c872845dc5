import { RandomStream, SampleError, type AnyPlugin, type Key } from '@d2v/core';
import type { SampleSource } from '../data/source.js';

/** A sample that was left out, and why. */
export interface SkippedSample {
  readonly sample: string;
  readonly message: string;
}

/** A sample as the report shows it. */
export interface Shown {
  readonly name: string;
  /** The plugin's picture of it; absent when the plugin draws none. */
  readonly figure?: string;
  readonly label?: string;
}

/** A sample that was read, with how it is shown. */
export interface ReadSample extends Shown {
  readonly index: number;
  readonly sample: unknown;
}

/** Reads samples for figures and notes those that cannot be read. */
export class SampleReader {
  readonly unreadable: SkippedSample[] = [];

  constructor(
    private readonly seed: number,
    private readonly plugin: AnyPlugin,
  ) {}

  async read(source: SampleSource, indices: readonly number[]): Promise<ReadSample[]> {
    const read = await Promise.all(indices.map((index) => this.#one(source, index)));
    return read.filter((sample) => sample !== undefined);
  }

  async #one(source: SampleSource, index: number): Promise<ReadSample | undefined> {
    try {
      const sample = await source.load({ index, key: [this.seed, 'report', index] });
      const label = source.label ? source.classes?.[source.label(index)] : undefined;
      return { index, sample, name: source.name(index), label };
    } catch (error) {
      if (!(error instanceof SampleError)) throw error;
      this.unreadable.push({ sample: error.sample, message: error.problem });
      return undefined;
    }
  }

  /** With the plugin's picture, made only for what is shown. */
  show({ sample, name, label }: ReadSample): Shown {
    return { name, label, figure: this.plugin.figures?.sample(sample) };
  }
}

/** At most `count` distinct indices of [0, size), in random order. */
export const pick = (size: number, count: number, key: Key): number[] => [
  ...new RandomStream(key).sample(size, Math.min(size, count)),
];
