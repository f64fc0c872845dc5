import { ConfigError, type AnyPlugin, type Dataset } from '@d2v/core';
import { formatYaml, RawConfig, type RunConfig } from '../config/index.js';
import { parseYaml } from '../config/yaml.js';
import { LocalSource, type SampleSource } from '../data/source.js';
import { describedSource } from './resolve.js';

/** A dataset as a configuration names it: `{ reader: 'folder', path: '…' }`. */
export interface DatasetDescription {
  readonly reader: string;
  readonly [option: string]: unknown;
}

/** A dataset that is open, or what to open. */
export type DataInput = Dataset | DatasetDescription;

/** How a run's encoder gets its samples. */
type Sections = Pick<RunConfig, 'data' | 'encoder' | 'modality'>;

/**
 * A dataset's samples as they are evaluated: nothing random.
 *
 * @param what how errors call the data: a key of the configuration
 * @throws ConfigError for a reader or option that the plugin does not know
 */
export async function openSamples(
  plugin: AnyPlugin,
  config: Sections,
  input: DataInput,
  what = 'data',
): Promise<SampleSource> {
  if (!isDescription(input)) return evaluated(plugin, config, input);
  return describedSource(plugin, config, parsed(plugin, input, what), 'evaluate');
}

/** The same without worker threads, for a look at a few samples. */
export async function openFewSamples(
  plugin: AnyPlugin,
  config: Sections,
  input: DataInput,
  what = 'data',
): Promise<SampleSource> {
  if (!isDescription(input)) return evaluated(plugin, config, input);
  const { reader, ...options } = parsed(plugin, input, what);
  return evaluated(plugin, config, await plugin.datasets[reader]!.open(options));
}

const isDescription = (input: DataInput): input is DatasetDescription => 'reader' in input;

function evaluated(plugin: AnyPlugin, config: Sections, dataset: Dataset): SampleSource {
  return new LocalSource(dataset, plugin.createTransform(config.data.transform, config.encoder, 'evaluate'));
}

/** The description with the reader's defaults filled in. */
function parsed(plugin: AnyPlugin, { reader, ...options }: DatasetDescription, what: string): DatasetDescription {
  const kind = Object.hasOwn(plugin.datasets, reader) ? plugin.datasets[reader] : undefined;
  if (!kind) throw unknownReader(plugin, reader, what);
  const raw = new RawConfig(parseYaml(formatYaml(options as never), what));
  return { ...(raw.parse(kind.schema) as object), reader };
}

function unknownReader(plugin: AnyPlugin, reader: string, what: string): ConfigError {
  const key = `${what}.reader`;
  if (reader === 'opened') {
    return new ConfigError(`${what}: the run was given a dataset that its program had opened`, {
      key,
      hint: 'pass the dataset again',
    });
  }
  return new ConfigError(`${what}: ${plugin.name} has no reader '${reader}'`, {
    key,
    hint: `readers are ${Object.keys(plugin.datasets).join(', ')}`,
  });
}
