import type { z } from 'zod';
import type { NameMap } from '../checkpoint/name-map.js';
import type { RandomStream } from '../random/stream.js';
import type { PluginCommand } from './command.js';
import type { AnnotatedData, Dataset } from './dataset.js';
import type { Encoder } from './encoder.js';
import type { Task } from './task.js';

/** The backbone's side of the seam: what an encoder must produce. */
export interface BackboneShape {
  readonly dim: number;
  readonly heads: number;
}

export type Mode = 'pretrain' | 'finetune' | 'evaluate';

/** A named reader that the configuration's `data.*.reader` offers. */
export interface DatasetKind<Options, Item> {
  readonly description: string;
  readonly schema: z.ZodType<Options>;
  /** Samples are in memory once opened, so that reading one is not worth a worker thread. */
  readonly inMemory?: boolean;
  open(options: Options): Promise<Dataset<Item>>;
}

/** Item → sample: decoding, cropping, augmentation. Randomness comes from the stream alone. */
export interface Transform<Item, Sample> {
  (item: Item, stream: RandomStream): Promise<Sample>;
  /** What is left of a length that `Dataset.length` gave; absent: all of it. */
  lengthAfter?(length: number): number;
}

/** What a task is made for. */
export interface TaskContext {
  /** Width of the features. */
  readonly dim: number;
  /**
   * What the head's outputs stand for: the task's own `classes`, else those of the training data; none where there are
   * neither.
   */
  readonly classes: readonly string[];
  /** The encoder's configuration, for tasks that need to know the modality's inputs (the ids of tokens). */
  readonly encoder?: unknown;
}

/** A named fine-tuning task that the configuration's `task.name` offers. */
export interface TaskKind<Options> {
  readonly description: string;
  readonly schema: z.ZodType<Options>;
  /**
   * What the head's outputs stand for, where it is not the classes of the training data: the characters of its transcripts.
   * Asked once, when a fine-tuning begins, and kept with the run; absent or undefined: the data's classes.
   *
   * @throws SampleError, ConfigError
   */
  classes?(options: Options, data: AnnotatedData): Promise<readonly string[] | undefined>;
  create(options: Options, context: TaskContext): Task;
}

/** Pictures for the report, each a self-contained piece of HTML (an <img> with a data URI, an <svg>). */
export interface Figures<Sample> {
  /** The sample itself. */
  sample(sample: Sample): string;
  /** The sample with masked tokens hidden. */
  masked(sample: Sample, mask: Uint8Array): string;
  /** The sample's tokens coloured, `rgb` in [0, 1], 3 values a token: a PCA of its features. */
  tokens(sample: Sample, rgb: Float32Array): string;
}

/** One modality as a package: `export default definePlugin({...})`. */
export interface Plugin<Config = never, Item = never, Sample = never, TransformOptions = never> {
  /** The package that holds it; a configuration's `modality:` names it. */
  readonly name: string;
  /** Every option of the encoder: typed, documented, defaulted. */
  readonly configSchema: z.ZodType<Config>;
  createEncoder(config: Config, shape: BackboneShape): Encoder<Sample>;

  readonly datasets: Readonly<Record<string, AnyDatasetKind<Item>>>;
  /** Options of the configuration's `data.transform`. */
  readonly transformSchema: z.ZodType<TransformOptions>;
  createTransform(options: TransformOptions, config: Config, mode: Mode): Transform<Item, Sample>;
  readonly tasks: Readonly<Record<string, AnyTaskKind>>;
  /** Items from files that a user names on the command line (`d2v embed FILES...`). */
  openFiles(paths: readonly string[]): Promise<Dataset<Item>>;

  readonly figures?: Figures<Sample>;
  /** Commands of its own that the plugin adds to `d2v`, by name. */
  readonly commands?: () => Promise<Readonly<Record<string, PluginCommand>>>;
  /** Recipe name → YAML text. */
  readonly presets: () => Promise<Readonly<Record<string, string>>>;
  /** Weights and configurations of other code bases, by the name of their format. */
  readonly checkpoints?: Readonly<Record<string, NameMap>>;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- what is chosen by name is used without knowing its types */

export type AnyDatasetKind<Item = any> = DatasetKind<any, Item>;
export type AnyTaskKind = TaskKind<any>;
/** Any plugin, whatever its types: what the trainer works with. */
export type AnyPlugin = Plugin<any, any, any, any>;

/* eslint-enable @typescript-eslint/no-explicit-any */

/** Types a plugin; returns it unchanged. A package's default export is its plugin. */
export function definePlugin<Config, Item, Sample, TransformOptions>(
  plugin: Plugin<Config, Item, Sample, TransformOptions>,
): Plugin<Config, Item, Sample, TransformOptions> {
  return plugin;
}
