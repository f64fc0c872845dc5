import { RandomStream, type AnyPlugin, type Dataset, type Key, type Mode, type Transform } from '@d2v/core';

/** A sample that was asked for: which one, and the key of the randomness of its augmentation. */
export interface SampleRequest {
  readonly index: number;
  readonly key: Key;
}

/** Yields transformed samples, in this process or in worker threads. */
export interface SampleSource {
  readonly size: number;
  readonly classes?: readonly string[];
  name(index: number): string;
  label?(index: number): number;
  annotation?(index: number): string | undefined;
  /**
   * How long the transformed sample is, without decoding it; absent where all are of one size.
   * @throws SampleError naming the sample when it cannot be read
   */
  length?(index: number): number | Promise<number>;
  /** @throws SampleError naming the sample when it cannot be read */
  load(request: SampleRequest): Promise<unknown>;
  close(): Promise<void>;
}

/** Samples of an open dataset, transformed in this process. */
export class LocalSource implements SampleSource {
  readonly label?: (index: number) => number;
  readonly annotation?: (index: number) => string | undefined;
  readonly length?: (index: number) => Promise<number>;

  constructor(
    private readonly dataset: Dataset,
    private readonly transform: Transform<unknown, unknown>,
  ) {
    if (dataset.label) this.label = (index) => dataset.label!(index);
    if (dataset.annotation) this.annotation = (index) => dataset.annotation!(index);
    if (dataset.length) {
      this.length = async (index) => {
        const length = await dataset.length!(index);
        return transform.lengthAfter ? transform.lengthAfter(length) : length;
      };
    }
  }

  get size(): number {
    return this.dataset.size;
  }

  get classes(): readonly string[] | undefined {
    return this.dataset.classes;
  }

  name(index: number): string {
    return this.dataset.name(index);
  }

  async load({ index, key }: SampleRequest): Promise<unknown> {
    return this.transform(await this.dataset.read(index), new RandomStream(key));
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }
}

/** What a source is made from; plain values, so that a worker thread can make the same one. */
export interface SourceDescription {
  /** `{ reader, …options }`, parsed. */
  readonly dataset: { readonly reader: string };
  readonly transform: unknown;
  readonly encoder: unknown;
  readonly mode: Mode;
}

/** Opens a dataset with the plugin's reader and transform. */
export async function openSource(plugin: AnyPlugin, description: SourceDescription): Promise<LocalSource> {
  const { reader, ...options } = description.dataset;
  const dataset = await plugin.datasets[reader]!.open(options as never);
  return new LocalSource(dataset, plugin.createTransform(description.transform, description.encoder, description.mode));
}
