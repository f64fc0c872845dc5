import {
  RandomStream,
  SampleError,
  uploadBatch,
  type Batch,
  type Encoder,
  type Objective,
  type Prepared,
} from '@d2v/core';
import type { Order } from './order.js';
import { prepareAlone } from './prepare-alone.js';
import type { SampleSource } from './source.js';

/** A batch on the backend, and which samples it holds. */
export interface LoadedBatch {
  readonly update: number;
  /** One per accumulated part. The consumer disposes them. */
  readonly parts: readonly Batch[];
  readonly samples: readonly number[];
  /** Bad samples that others stand in for. */
  readonly skipped: readonly SampleError[];
}

export interface BatchOptions {
  readonly source: SampleSource;
  readonly order: Order;
  readonly encoder: Encoder;
  readonly objective: Objective;
  readonly seed: number;
  /** Parts that a batch is computed in. */
  readonly accumulate: number;
  /** Updates whose samples are loaded ahead. */
  readonly prefetch: number;
  /** What a bad sample does: end the run, or leave its place to another one, as the order says. */
  readonly onBadSample: 'stop' | 'skip';
}

/** Updates first…last of a training, loaded ahead of their use. */
export async function* trainingBatches(
  options: BatchOptions,
  first: number,
  last: number,
): AsyncGenerator<LoadedBatch> {
  const { order, prefetch } = options;
  const ahead: Promise<Loaded>[] = [];
  for (let update = first; update <= last; update++) {
    while (ahead.length < prefetch && update + ahead.length <= last) {
      const loading = loadSamples(options, update + ahead.length, order.batch(update + ahead.length));
      loading.catch(() => undefined); // reported when its turn comes
      ahead.push(loading);
    }
    yield await assemble(options, update, await ahead.shift()!);
  }
}

interface Loaded {
  readonly indices: readonly number[];
  readonly samples: readonly unknown[];
  readonly skipped: readonly SampleError[];
}

/**
 * Loads the samples of an update; others stand in for bad ones.
 *
 * @param verify throws SampleError for a sample that was read but is bad nevertheless
 */
async function loadSamples(
  options: BatchOptions,
  update: number,
  wanted: readonly number[],
  verify?: (sample: unknown) => void,
): Promise<Loaded> {
  const { source, seed, onBadSample, order } = options;
  const used: number[] = [];
  const skipped: SampleError[] = [];
  const samples = await Promise.all(
    wanted.map(async (first, slot) => {
      // A bad sample is replaced by others that its order names, so that batches stay full and reproducible.
      for (let attempt = 0; ; attempt++) {
        const index = attempt === 0 ? first : order.standIn(first, attempt);
        try {
          const sample = await source.load({ index, key: [seed, 'augment', update, index] });
          verify?.(sample);
          used[slot] = index;
          return sample;
        } catch (error) {
          if (onBadSample === 'stop' || !(error instanceof SampleError) || attempt + 1 >= order.size) throw error;
          skipped.push(error);
        }
      }
    }),
  );
  return { indices: used, samples, skipped };
}

/**
 * The parts of a batch. A sample that was read but cannot be collated or prepared (an unknown character in its
 * transcript, a recording that is too short) is a bad sample too: others stand in for it.
 */
async function assemble(options: BatchOptions, update: number, loaded: Loaded): Promise<LoadedBatch> {
  try {
    return uploaded(update, loaded, prepareParts(options, update, loaded));
  } catch (error) {
    if (options.onBadSample === 'stop' || !(error instanceof SampleError)) throw error;
    // Rare, so samples are tried one by one, and loaded again, only when it happens.
    const verify = (sample: unknown): void => void prepareAlone(options, sample);
    const again = await loadSamples(options, update, options.order.batch(update), verify);
    return uploaded(update, again, prepareParts(options, update, again));
  }
}

function prepareParts(options: BatchOptions, update: number, { indices, samples }: Loaded): Prepared[] {
  const { encoder, objective, seed, accumulate } = options;
  const size = Math.ceil(samples.length / accumulate);
  const parts: Prepared[] = [];
  for (let start = 0; start < samples.length; start += size) {
    parts.push(
      objective.prepare(encoder.collate(samples.slice(start, start + size)), {
        sample: (i) => new RandomStream([seed, 'mask', update, indices[start + i]!]),
        batch: new RandomStream([seed, 'batch', update, start]),
      }),
    );
  }
  return parts;
}

const uploaded = (update: number, { indices, skipped }: Loaded, parts: readonly Prepared[]): LoadedBatch => ({
  update,
  parts: parts.map(uploadBatch),
  samples: indices,
  skipped,
});
