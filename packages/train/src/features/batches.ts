import type { SampleSource } from '../data/source.js';

/** Samples that belong together, in the source's order. */
export interface SampleBatch {
  /** Index of the first one. */
  readonly start: number;
  readonly samples: readonly unknown[];
}

/**
 * Every sample of a source once, in order, the next batch loaded while the last one is worked on. The last batch may be
 * smaller.
 *
 * @throws SampleError naming the sample that cannot be read
 */
export async function* sampleBatches(source: SampleSource, batchSize: number): AsyncGenerator<SampleBatch> {
  const load = (start: number): Promise<unknown[]> => {
    const count = Math.max(0, Math.min(batchSize, source.size - start));
    const loading = Promise.all(
      Array.from({ length: count }, (_, i) => source.load({ index: start + i, key: ['features', start + i] })),
    );
    loading.catch(() => undefined); // reported when its turn comes
    return loading;
  };
  let next = load(0);
  for (let start = 0; start < source.size; start += batchSize) {
    const samples = await next;
    next = load(start + batchSize);
    yield { start, samples };
  }
}

/** Class and name of every sample of a source. */
export function labelsAndNames(source: SampleSource): { labels?: Int32Array; names: string[] } {
  const names = Array.from({ length: source.size }, (_, i) => source.name(i));
  return source.label ? { labels: Int32Array.from(names, (_, i) => source.label!(i)), names } : { names };
}
