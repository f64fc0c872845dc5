import { ConfigError, RandomStream } from '@d2v/core';
import type { Order } from './order.js';

/** Lengths that share a bucket differ by at most this factor, unless a single batch needs a wider one. */
const widest = 1.1;

/** What a batch may hold. */
export interface BatchLimits {
  /** Most samples. */
  readonly batchSize: number;
  /** Most of longest × samples, in the units of the lengths (fairseq's `max_tokens`). */
  readonly batchTokens: number;
}

/** Samples of similar length, and how many of them make a batch. */
export interface Bucket {
  /** Indices, longest first. */
  readonly samples: Int32Array;
  /** Batches that they are dealt into, of sizes that differ by at most 1. */
  readonly batches: number;
}

/**
 * Divides a dataset into buckets of similar length, longest first. Whatever the order within a bucket, each of its
 * batches keeps within the limits, because they are set by its longest sample.
 *
 * @throws ConfigError when a single sample is over the budget
 */
export function lengthBuckets(lengths: ArrayLike<number>, { batchSize, batchTokens }: BatchLimits): Bucket[] {
  const sorted = byLength(lengths);
  const buckets: Bucket[] = [];
  for (let start = 0; start < sorted.length;) {
    const longest = lengths[sorted[start]!]!;
    const size = Math.min(batchSize, Math.floor(batchTokens / Math.max(1, longest)));
    if (size < 1) {
      throw new ConfigError(`training.batchTokens is ${batchTokens}, but the longest sample has ${longest}`, {
        key: 'training.batchTokens',
        hint: 'raise it, crop longer samples in data.transform, or have the reader drop them',
      });
    }
    let end = start;
    while (end < sorted.length && (end - start < size || lengths[sorted[end]!]! * widest >= longest)) end++;
    buckets.push({ samples: sorted.subarray(start, end), batches: Math.ceil((end - start) / size) });
    start = end;
  }
  return buckets;
}

/** The buckets' batches as they are, longest first: each sample once. */
export function lengthBatches(lengths: ArrayLike<number>, limits: BatchLimits): number[][] {
  return lengthBuckets(lengths, limits).flatMap(({ samples, batches }) => deal(samples, batches));
}

/**
 * Batches of samples of similar length under a budget: every epoch deals each bucket anew and shuffles the batches. All
 * epochs have the same number of batches and each sample once. A pure function of the update, so a run resumes anywhere.
 */
export class LengthOrder implements Order {
  readonly size: number;
  readonly perEpoch: number;
  readonly #buckets: readonly Bucket[];
  readonly #sorted: Int32Array;
  readonly #places: Int32Array;
  readonly #epochs = new Map<number, readonly number[][]>();

  /**
   * @param lengths of every sample, after cropping
   * @throws ConfigError when a single sample is over the budget
   */
  constructor(
    lengths: ArrayLike<number>,
    limits: BatchLimits,
    readonly seed: number,
  ) {
    this.size = lengths.length;
    this.#buckets = lengthBuckets(lengths, limits);
    this.perEpoch = this.#buckets.reduce((sum, { batches }) => sum + batches, 0);
    this.#sorted = byLength(lengths);
    this.#places = new Int32Array(this.size);
    this.#sorted.forEach((index, place) => (this.#places[index] = place));
  }

  /** Mean over an epoch. */
  get batchSize(): number {
    return this.size / this.perEpoch;
  }

  batch(update: number): readonly number[] {
    const epoch = Math.floor((update - 1) / this.perEpoch);
    let batches = this.#epochs.get(epoch);
    if (!batches) {
      batches = this.#epoch(epoch);
      for (const old of this.#epochs.keys()) if (old < epoch - 1) this.#epochs.delete(old);
      this.#epochs.set(epoch, batches);
    }
    return batches[(update - 1) % this.perEpoch]!;
  }

  /** The next shorter sample, so that the batch stays within its budget; after the shortest one, longer ones. */
  standIn(index: number, attempt: number): number {
    const place = this.#places[index]! + attempt;
    return this.#sorted[place < this.size ? place : this.size - 1 - attempt]!;
  }

  #epoch(epoch: number): readonly number[][] {
    const dealt = this.#buckets.flatMap(({ samples, batches }, bucket) => {
      const order = new RandomStream([this.seed, 'order', epoch, bucket]).permutation(samples.length);
      return deal(
        order.map((place) => samples[place]!),
        batches,
      );
    });
    const order = new RandomStream([this.seed, 'batches', epoch]).permutation(dealt.length);
    return Array.from(order, (place) => dealt[place]!);
  }
}

/** Indices, longest first; equal lengths in the dataset's order. */
function byLength(lengths: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: lengths.length }, (_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
}

/** So many parts of sizes that differ by at most 1, the larger ones last. */
function deal(samples: Int32Array, parts: number): number[][] {
  const cut = (part: number): number => Math.floor((part * samples.length) / parts);
  return Array.from({ length: parts }, (_, part) => [...samples.subarray(cut(part), cut(part + 1))]);
}
