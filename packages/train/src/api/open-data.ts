import type { AnyPlugin, Dataset, Mode } from '@d2v/core';
import { ConfigError } from '@d2v/core';
import { formatYaml, RawConfig, type RunConfig } from '../config/index.js';
import { parseYaml } from '../config/yaml.js';
import { LocalSource, type SampleSource } from '../data/source.js';

/** A dataset as a configuration names it: `{ reader: 'folder', path: '…' }`. */
export interface DatasetDescription {
  readonly reader: string;
  readonly [option: string]: unknown;
}

/** A dataset that is open, or what to open. */
export type DataInput = Dataset | DatasetDescription;

/**
 * Opens a dataset with the plugin's reader.
 *
 * @param what how errors call the description
 * @throws ConfigError for a reader or option that the plugin does not know
 */
export async function openDataset(plugin: AnyPlugin, input: DataInput, what = 'data'): Promise<Dataset> {
  if (!('reader' in input)) return input;
  const { reader, ...options } = input;
  const kind = Object.hasOwn(plugin.datasets, reader) ? plugin.datasets[reader] : undefined;
  if (!kind) {
    const opened = reader === 'opened';
    throw new ConfigError(
      opened
        ? `${what}: the run was given a dataset that its program had opened`
        : `${what}: ${plugin.name} has no reader '${reader}'`,
      {
        key: `${what}.reader`,
        hint: opened ? 'pass the dataset again' : `readers are ${Object.keys(plugin.datasets).join(', ')}`,
      },
    );
  }
  const raw = new RawConfig(parseYaml(formatYaml(options as never), what));
  return kind.open(raw.parse(kind.schema) as never);
}

/** A dataset's samples as a run's encoder takes them. */
export async function openSamples(
  plugin: AnyPlugin,
  config: Pick<RunConfig, 'data' | 'encoder'>,
  input: DataInput,
  mode: Mode = 'evaluate',
  what = 'data',
): Promise<SampleSource> {
  const transform = plugin.createTransform(config.data.transform, config.encoder, mode);
  return new LocalSource(await openDataset(plugin, input, what), transform);
}
