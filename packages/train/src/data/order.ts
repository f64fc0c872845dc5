import { RandomStream } from '@d2v/core';

/** Which samples an update sees: a pure function of the update, counted from 1. */
export interface Order {
  /** Samples in the dataset. */
  readonly size: number;
  /** Samples of an update, on average where updates differ. */
  readonly batchSize: number;
  /** Updates per pass over the dataset; need not be whole. */
  readonly perEpoch: number;
  /** Sample indices of an update. */
  batch(update: number): readonly number[];
  /** The sample that takes the place of a bad one; `attempt` counts from 1, and size − 1 attempts are all others. */
  standIn(index: number, attempt: number): number;
}

/**
 * Every epoch is a seeded permutation of the dataset, and epochs follow each other without
 * a gap, so that every batch is full. A pure function of the update, so a run resumes anywhere.
 */
export class BatchOrder implements Order {
  readonly #epochs = new Map<number, Int32Array>();

  /**
   * @param size samples in the dataset
   * @param batchSize samples of an update
   */
  constructor(
    readonly size: number,
    readonly batchSize: number,
    readonly seed: number,
  ) {}

  /** Updates per pass over the dataset; need not be whole. */
  get perEpoch(): number {
    return this.size / this.batchSize;
  }

  /** Sample indices of an update, counted from 1. */
  batch(update: number): number[] {
    const start = (update - 1) * this.batchSize;
    return Array.from({ length: this.batchSize }, (_, i) => this.at(start + i));
  }

  /** The samples that follow in the dataset. */
  standIn(index: number, attempt: number): number {
    return (index + attempt) % this.size;
  }

  /** The sample at a position of the endless sequence of epochs. */
  at(position: number): number {
    const epoch = Math.floor(position / this.size);
    let permutation = this.#epochs.get(epoch);
    if (!permutation) {
      permutation = new RandomStream([this.seed, 'order', epoch]).permutation(this.size);
      for (const old of this.#epochs.keys()) if (old < epoch - 1) this.#epochs.delete(old);
      this.#epochs.set(epoch, permutation);
    }
    return permutation[position % this.size]!;
  }
}
