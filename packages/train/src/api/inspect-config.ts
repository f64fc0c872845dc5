import {
  D2vError,
  RandomStream,
  within,
  type AnyPlugin,
  type Encoder,
  type Network,
  type ParameterSpecs,
} from '@d2v/core';
import type { z } from 'zod';
import type { RunConfig } from '../config/index.js';
import { classesOf, taskOf } from './finetune.js';
import { inspectDataset, type DatasetSummary } from './inspect-dataset.js';
import { openFewSamples, type DataInput } from './open-data.js';
import { finetuneSchema, modelOf, networkOf, pretrainSchema, readRunConfig, type ResolveOptions } from './resolve.js';

/** Numbers in a model, by part. */
export interface ParameterCounts {
  readonly total: number;
  readonly trainable: number;
  readonly encoder: number;
  readonly backbone: number;
  /** Decoder, mask token, or head; of a head only where the training data could be opened, since it has one output per class. */
  readonly objective: number;
}

export interface MaskSummary {
  /** Masks drawn of one sample. */
  readonly drawn: number;
  /** Share of hidden tokens: smallest, mean, largest. */
  readonly hidden: { readonly least: number; readonly mean: number; readonly most: number };
}

export interface ConfigSummary {
  readonly kind: 'pretrain' | 'finetune';
  /** Resolved: every default filled in. */
  readonly config: RunConfig;
  readonly parameters: ParameterCounts;
  /** Training and validation data, or why they could not be opened. */
  readonly train: DatasetSummary | { readonly problem: string };
  readonly validation?: DatasetSummary | { readonly problem: string };
  /** Tokens of the first training sample. */
  readonly tokens?: number;
  /** Of the first training sample; pre-training only. */
  readonly masks?: MaskSummary;
}

/**
 * What a configuration makes: the model's size, what it is trained on, and how much of it masks hide. Needs no backend.
 *
 * @throws ConfigError for a configuration that is wrong; data that cannot be opened are reported, not thrown
 */
export async function inspectConfig(options: ResolveOptions): Promise<ConfigSummary> {
  const { raw, plugin } = await readRunConfig(options);
  const kind = raw.get('task') === undefined ? 'pretrain' : 'finetune';
  const schema: z.ZodType<RunConfig> = kind === 'pretrain' ? pretrainSchema(plugin) : finetuneSchema(plugin);
  const config = raw.parse(schema);
  const network = networkOf(plugin, config);
  const input = (which: 'train' | 'validation'): DataInput =>
    options.data?.[which] ?? (config.data[which] as DataInput);
  const data = (which: 'train' | 'validation') => inspectOrSay(plugin, config, input(which));
  const train = await data('train');
  const tokens = 'tokens' in train ? train.tokens : undefined;
  const objective =
    kind === 'pretrain'
      ? modelOf(plugin, config).objective.parameters
      : 'problem' in train
        ? {}
        : await headOf(plugin, config, network, input('train'));
  return {
    kind,
    config,
    parameters: counts(network, objective),
    train,
    ...((options.data?.validation ?? config.data.validation) && { validation: await data('validation') }),
    ...(tokens !== undefined && { tokens }),
    ...(kind === 'pretrain' &&
      tokens !== undefined && { masks: drawMasks(network.encoder, tokens, config.training.seed) }),
  };
}

async function inspectOrSay(
  plugin: AnyPlugin,
  config: RunConfig,
  input: DataInput,
): Promise<DatasetSummary | { problem: string }> {
  try {
    return await inspectDataset(plugin, config, input);
  } catch (error) {
    if (D2vError.isInstance(error)) return { problem: error.message };
    throw error;
  }
}

async function headOf(
  plugin: AnyPlugin,
  config: RunConfig,
  network: Network,
  input: DataInput,
): Promise<ParameterSpecs> {
  const source = await openFewSamples(plugin, config, input);
  try {
    const classes = await classesOf(plugin, config, source);
    return within('head', taskOf(plugin, config, network, classes ?? []).parameters);
  } finally {
    await source.close();
  }
}

function counts(network: Network, objective: ParameterSpecs): ParameterCounts {
  const size = (specs: ParameterSpecs, wanted: (name: string) => boolean = () => true): number =>
    Object.entries(specs).reduce(
      (sum, [name, { shape }]) => sum + (wanted(name) ? shape.reduce((a, b) => a * b, 1) : 0),
      0,
    );
  const all = { ...network.parameters, ...objective };
  const isEncoder = (name: string): boolean => name.startsWith('encoder.');
  return {
    total: size(all),
    trainable: size(all, (name) => all[name]!.trainable !== false),
    encoder: size(network.parameters, isEncoder),
    backbone: size(network.parameters, (name) => !isEncoder(name)),
    objective: size(objective),
  };
}

const MASKS = 100;

function drawMasks(encoder: Encoder, tokens: number, seed: number): MaskSummary {
  const hidden = Array.from({ length: MASKS }, (_, i) => {
    const mask = encoder.drawMask(tokens, new RandomStream([seed, 'inspect', i]));
    return mask.reduce((sum, value) => sum + value, 0) / tokens;
  });
  const mean = hidden.reduce((sum, share) => sum + share, 0) / MASKS;
  return { drawn: MASKS, hidden: { least: Math.min(...hidden), mean, most: Math.max(...hidden) } };
}
