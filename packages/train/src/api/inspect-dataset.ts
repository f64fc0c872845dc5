import type { AnyPlugin } from '@d2v/core';
import type { RunConfig } from '../config/index.js';
import { networkOf } from './resolve.js';
import { openFewSamples, type DataInput } from './open-data.js';

export interface DatasetSummary {
  readonly size: number;
  /** Class names; absent for unlabelled data. */
  readonly classes?: readonly string[];
  /** Samples of each class. */
  readonly counts?: readonly number[];
  /** Names of the first few samples. */
  readonly names: readonly string[];
  /** What the encoder gets for the first sample: shapes by input name, without the batch axis. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Tokens of the first sample. */
  readonly tokens: number;
}

const NAMES = 5;

/**
 * Size, classes and sample shapes of a dataset, as a model of this configuration sees it. Reads one sample.
 *
 * @throws ConfigError for a reader or option that the plugin does not know
 * @throws SampleError when the first sample cannot be read
 */
export async function inspectDataset(
  plugin: AnyPlugin,
  config: Pick<RunConfig, 'data' | 'encoder' | 'backbone' | 'modality'>,
  input: DataInput,
): Promise<DatasetSummary> {
  const source = await openFewSamples(plugin, config, input);
  try {
    const { encoder } = networkOf(plugin, config as RunConfig);
    const host = encoder.collate([await source.load({ index: 0, key: ['inspect'] })]);
    const counts = source.label && source.classes ? new Array<number>(source.classes.length).fill(0) : undefined;
    if (counts) for (let i = 0; i < source.size; i++) counts[source.label!(i)]!++;
    return {
      size: source.size,
      ...(source.classes && { classes: source.classes }),
      ...(counts && { counts }),
      names: Array.from({ length: Math.min(NAMES, source.size) }, (_, i) => source.name(i)),
      inputs: Object.fromEntries(Object.entries(host.inputs).map(([name, { shape }]) => [name, shape.slice(1)])),
      tokens: host.tokens,
    };
  } finally {
    await source.close();
  }
}
