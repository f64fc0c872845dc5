import {
  backboneSchema,
  createModel,
  createNetwork,
  objectiveSchema,
  type AnyPlugin,
  type Dataset,
  type Mode,
  type Model,
  type ModelConfig,
  type Network,
} from '@d2v/core';
import { z } from 'zod';
import { formatYaml, RawConfig, readConfig, runSchema, type RunConfig } from '../config/index.js';
import { merge } from '../config/merge.js';
import { parseYaml } from '../config/yaml.js';
import { LocalSource, openSource, type SampleSource } from '../data/source.js';
import { defaultWorkers, WorkerSource } from '../data/worker-source.js';
import { loadPlugin } from './load-plugin.js';

/** A configuration as a caller gives it: the path of a YAML file, or what such a file holds. */
export type ConfigInput = string | Readonly<Record<string, unknown>>;

/** Datasets that are open already, instead of the configuration's `data.train` and `data.validation`. */
export interface OpenDatasets {
  readonly train: Dataset;
  readonly validation?: Dataset;
}

export interface ResolveOptions {
  readonly config: ConfigInput;
  /** Overrides of single keys: `optimizer.learningRate=1e-3`. */
  readonly set?: readonly string[];
  /** Default: the package that the configuration's `modality` names. */
  readonly plugin?: AnyPlugin;
  readonly data?: OpenDatasets;
}

/** A reader for datasets that the caller opened. */
const OPENED = { description: 'A dataset that the program passed.', schema: z.strictObject({}) };

/** Reads a configuration, with the plugin it names. */
export async function readRunConfig(options: ResolveOptions): Promise<{ raw: RawConfig; plugin: AnyPlugin }> {
  const raw = await readRawConfig(options);
  return { raw, plugin: await pluginOf(raw, options) };
}

/** Reads a configuration alone, which need not name its modality. */
export function readRawConfig(options: ResolveOptions): Promise<RawConfig> {
  const { config, set = [], plugin } = options;
  const source =
    typeof config === 'string'
      ? config
      : { text: formatYaml(withOpened(config, options.data) as never), name: 'config' };
  return readConfig(source, {
    set,
    presets: async (modality) => (modality ? (plugin ?? (await loadPlugin(modality))).presets() : {}),
  });
}

/** The plugin that a caller gave, or that a configuration names. */
export async function pluginOf(raw: RawConfig, { plugin }: Pick<ResolveOptions, 'plugin'>): Promise<AnyPlugin> {
  return plugin ?? loadPlugin(String(raw.get('modality')));
}

/** Configurations laid over each other, the last one on top. */
export function layered(...layers: readonly (RawConfig | Readonly<Record<string, unknown>>)[]): RawConfig {
  const nodes = layers.map((layer) =>
    layer instanceof RawConfig ? layer.root : parseYaml(formatYaml(layer as never), 'options'),
  );
  return new RawConfig(nodes.reduce(merge));
}

function withOpened(config: Readonly<Record<string, unknown>>, data?: OpenDatasets): Record<string, unknown> {
  if (!data) return config;
  const opened = { reader: 'opened' };
  const sections = { train: opened, ...(data.validation ? { validation: opened } : {}) };
  return { ...config, data: { ...(config.data as object | undefined), ...sections } };
}

/** The schema of a pre-training configuration. */
export function pretrainSchema(plugin: AnyPlugin): z.ZodType<RunConfig> {
  return runSchema({
    encoder: plugin.configSchema,
    backbone: backboneSchema,
    objective: objectiveSchema,
    transform: plugin.transformSchema,
    datasets: { ...plugin.datasets, opened: OPENED },
  });
}

/** Section `from` of a fine-tuning configuration. */
export const fromSchema = z.strictObject({
  run: z.string().min(1).describe('Folder of the run, or of one checkpoint in it.'),
  checkpoint: z
    .union([z.enum(['latest', 'best']), z.int().min(0)])
    .default('latest')
    .describe('Which checkpoint of a run: latest, best, or the one of an update.'),
  weights: z.enum(['student', 'teacher']).default('student').describe('teacher: the averaged weights.'),
});

/** A fine-tuning configuration also says where its weights start from. */
export type FinetuneConfig = RunConfig & { readonly from?: z.output<typeof fromSchema> };

/** The schema of a fine-tuning configuration. */
export function finetuneSchema(plugin: AnyPlugin): z.ZodType<FinetuneConfig> {
  return runSchema({
    encoder: plugin.configSchema,
    backbone: backboneSchema,
    tasks: plugin.tasks,
    transform: plugin.transformSchema,
    datasets: { ...plugin.datasets, opened: OPENED },
    sections: {
      from: fromSchema.optional().describe('The run whose weights training starts from; absent: from scratch.'),
    },
  });
}

/** The model of a resolved pre-training configuration. */
export const modelOf = (plugin: AnyPlugin, config: RunConfig): Model => createModel(plugin, config as ModelConfig);

/** Encoder and backbone of a resolved configuration. */
export const networkOf = (plugin: AnyPlugin, config: RunConfig): Network =>
  createNetwork(plugin, config as unknown as ModelConfig);

/** The source of a configuration's training or validation samples. */
export async function sourceOf(
  plugin: AnyPlugin,
  config: RunConfig,
  which: 'train' | 'validation',
  mode: Mode,
  data?: OpenDatasets,
): Promise<SampleSource> {
  const given = data?.[which];
  if (given) return new LocalSource(given, plugin.createTransform(config.data.transform, config.encoder, mode));
  return describedSource(plugin, config, config.data[which]!, mode);
}

/** Samples of a dataset that a configuration names, its options parsed; decoded in worker threads where that pays. */
export async function describedSource(
  plugin: AnyPlugin,
  config: Pick<RunConfig, 'data' | 'encoder' | 'modality'>,
  dataset: { readonly reader: string },
  mode: Mode,
): Promise<SampleSource> {
  const { transform, workers } = config.data;
  const description = { dataset, transform, encoder: config.encoder, mode };
  const cheap = plugin.datasets[dataset.reader]?.inMemory === true;
  const threads = workers === 'auto' ? (cheap ? 0 : defaultWorkers()) : workers;
  return threads === 0
    ? openSource(plugin, description)
    : WorkerSource.open(plugin, description, { modality: config.modality, threads });
}
