import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CheckpointError, ConfigError, type AnyPlugin, type HostTensors, type Network, type Weights } from '@d2v/core';
import { loadBackend, type BackendChoice } from '@d2v/core/node';
import type { z } from 'zod';
import { Checkpoint, CheckpointStore } from '../checkpoint/index.js';
import { STATE_FILE } from '../checkpoint/checkpoint.js';
import type { RunConfig } from '../config/index.js';
import { disposeWeights } from '../step/state.js';
import { uploadWeights } from '../trainer/checkpointing.js';
import { readClasses } from './classes.js';
import { finetuneSchema, networkOf, pretrainSchema, readRunConfig } from './resolve.js';

/** Which checkpoint of a run: the last, the best by its own metric, or that of an update. */
export type CheckpointChoice = 'latest' | 'best' | number;
export type WeightsChoice = 'student' | 'teacher';

export interface LoadRunOptions {
  /** Default: latest. Only for a run folder, since a checkpoint folder is a choice already. */
  readonly checkpoint?: CheckpointChoice;
  /** teacher: averaged weights where the run has them, the student's elsewhere. Default: student. */
  readonly weights?: WeightsChoice;
  /** Default: the package that the run's configuration names. */
  readonly plugin?: AnyPlugin;
  /** Default: the one of the run's configuration. */
  readonly backend?: BackendChoice;
}

/** A run whose weights are on the backend. */
export interface LoadedRun {
  /** The run folder. */
  readonly path: string;
  readonly plugin: AnyPlugin;
  /** Resolved; with `task` the run is a fine-tuned one, with `objective` a pre-trained one. */
  readonly config: RunConfig;
  readonly network: Network;
  /** All parameters of the network, and those of the head (`head.*`) of a fine-tuned run. */
  readonly weights: Weights;
  /** Completed updates of the checkpoint. */
  readonly update: number;
  /** Class names of a fine-tuned run. */
  readonly classes?: readonly string[];
  /** Frees the weights. */
  dispose(): void;
}

/**
 * Loads the model of a run: a run folder, or one checkpoint folder in it.
 *
 * @throws ConfigError when there is no run at `path`
 * @throws CheckpointError when it has no (such) checkpoint, or one that is damaged or does not fit the configuration
 */
export async function loadRun(path: string, options: LoadRunOptions = {}): Promise<LoadedRun> {
  const run = runFolderOf(path);
  const { plugin, config } = await readRun(run, options);
  const checkpoint =
    run === path ? await chooseCheckpoint(run, config, options.checkpoint) : await Checkpoint.open(path);
  const network = networkOf(plugin, config);
  const tensors = await modelTensors(checkpoint, network, options.weights ?? 'student');
  const classes = readClasses(run);
  await loadBackend(options.backend ?? config.backend);
  const weights = uploadWeights(tensors);
  return {
    path: run,
    plugin,
    config,
    network,
    weights,
    update: checkpoint.state.update,
    ...(classes && { classes }),
    dispose: () => disposeWeights(weights),
  };
}

/** The run folder that `path` is, or that the checkpoint folder `path` lies in. */
export function runFolderOf(path: string): string {
  if (!existsSync(path)) {
    throw new ConfigError(`${path}: there is no such run`, { hint: 'name the folder that was given to --out' });
  }
  if (existsSync(join(path, 'config.yaml'))) return path;
  const run = dirname(dirname(join(path, '.')));
  if (existsSync(join(path, STATE_FILE)) && existsSync(join(run, 'config.yaml'))) return run;
  throw new ConfigError(`${path} is no run: it has no config.yaml`, {
    hint: 'name a run folder, or a checkpoint in one: runs/x/checkpoints/00001200',
  });
}

/** The resolved configuration of a run folder, and its plugin. */
export async function readRun(run: string, { plugin: given }: Pick<LoadRunOptions, 'plugin'> = {}) {
  const { raw, plugin } = await readRunConfig({ config: join(run, 'config.yaml'), ...(given && { plugin: given }) });
  const schema: z.ZodType<RunConfig> = raw.get('task') === undefined ? pretrainSchema(plugin) : finetuneSchema(plugin);
  return { plugin, config: raw.parse(schema) };
}

/** The checkpoints of a run, to be read only. */
export function checkpointsOf(run: string, { training }: Pick<RunConfig, 'training'>): CheckpointStore {
  return new CheckpointStore(join(run, 'checkpoints'), training.checkpoint);
}

async function chooseCheckpoint(
  run: string,
  config: RunConfig,
  choice: CheckpointChoice = 'latest',
): Promise<Checkpoint> {
  const store = checkpointsOf(run, config);
  if (typeof choice === 'number') return store.at(choice);
  const checkpoint = choice === 'best' ? await store.best() : await store.latest();
  if (checkpoint) return checkpoint;
  const empty = (await store.updates()).length === 0;
  throw new CheckpointError(
    empty
      ? `${run} has no checkpoint yet`
      : `${run}: no checkpoint has the metric '${config.training.checkpoint.metric}'`,
    { hint: empty ? 'train it first, or wait for its first checkpoint' : "take the 'latest' one, or give an update" },
  );
}

/** The network's parameters, and the head's, checked for completeness and shape. */
async function modelTensors(checkpoint: Checkpoint, network: Network, which: WeightsChoice): Promise<HostTensors> {
  const student = await checkpoint.tensors('student');
  const averaged = which === 'teacher' ? await checkpoint.tensors('teacher') : {};
  const found: HostTensors = { ...student, ...averaged };
  for (const [name, { shape }] of Object.entries(network.parameters)) {
    const got = found[name]?.shape;
    if (got?.join() === shape.join()) continue;
    throw new CheckpointError(
      `${checkpoint.path}: '${name}' ${got ? `is (${got.join(', ')})` : 'is missing'}, the configuration wants (${shape.join(', ')})`,
      { hint: "is the run's config.yaml the one that it was trained with?" },
    );
  }
  return Object.fromEntries(
    Object.entries(found).filter(([name]) => network.parameters[name] !== undefined || name.startsWith('head.')),
  );
}
