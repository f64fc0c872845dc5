import { Supervised, type AnyPlugin, type Network, type Task } from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import type { RunConfig } from '../config/index.js';
import type { SampleSource } from '../data/source.js';
import type { RunEvent, RunResult } from '../trainer/events.js';
import { Run, type EventListener } from '../trainer/run.js';
import { runSession } from '../trainer/session.js';
import { checkClasses, writeClasses } from './classes.js';
import {
  loadRun,
  readRun,
  runFolderOf,
  type CheckpointChoice,
  type LoadedRun,
  type WeightsChoice,
} from './load-run.js';
import {
  finetuneSchema,
  layered,
  networkOf,
  pluginOf,
  readRawConfig,
  sourceOf,
  type FinetuneConfig,
  type ResolveOptions,
} from './resolve.js';
import { startWeights } from './start-weights.js';

/** The run whose weights a fine-tuning starts from. */
export interface FinetuneSource {
  /** A run folder, or a checkpoint folder. */
  readonly run: string;
  /** Default: latest. */
  readonly checkpoint?: CheckpointChoice;
  /** Default: student. */
  readonly weights?: WeightsChoice;
}

export interface FinetuneOptions extends ResolveOptions {
  /** The run folder; made, or gone on with. */
  readonly out: string;
  /** Where weights start from, and what the configuration's `encoder` and `backbone` are laid over; absent: from scratch. */
  readonly from?: string | FinetuneSource;
  /** Stops after the update in progress, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onEvent?: EventListener;
}

/**
 * Trains a model with labels: a task's head on the whole network, which starts from a pre-trained run or from scratch.
 * Resumable like `pretrain`. The run folder also holds `classes.json`: what the head's outputs stand
 * for, names of classes or a vocabulary.
 *
 * @throws ConfigError, SampleError, CheckpointError, BackendError, NotFiniteError when awaited
 */
export function finetune(options: FinetuneOptions): Run {
  return new Run(events(options), options.onEvent);
}

async function* events(options: FinetuneOptions): AsyncGenerator<RunEvent, RunResult> {
  const { plugin, config } = await finetuneConfig(options);
  const { description } = await loadBackend(config.backend);
  yield { type: 'backend', description };
  const network = networkOf(plugin, config);
  const { from } = config;
  let [train, validation, source]: [SampleSource?, SampleSource?, LoadedRun?] = [];
  try {
    train = await sourceOf(plugin, config, 'train', 'finetune', options.data);
    if (options.data?.validation ?? config.data.validation) {
      validation = await sourceOf(plugin, config, 'validation', 'evaluate', options.data);
    }
    if (from) source = await loadRun(from.run, { ...chosen(from), plugin, backend: config.backend });
    if (train.classes && validation?.classes) checkClasses(train.classes, validation.classes, 'data.validation');
    const classes = await classesOf(plugin, config, train);
    const start = source && startWeights(source, network);
    if (start && start.fresh.length > 0) {
      yield { type: 'warning', message: `not in ${from!.run}, so drawn anew: ${start.fresh.join(', ')}` };
    }
    const objective = new Supervised(network, taskOf(plugin, config, network, classes ?? []));
    const session = runSession({
      ...options,
      config,
      encoder: network.encoder,
      objective,
      specs: { network: network.parameters, all: { ...network.parameters, ...objective.parameters } },
      train,
      ...(validation && { validation }),
      ...(classes && { classes }),
      ...(start && { start: start.weights }),
    });
    return yield* whenStarted(session, ({ path }) => {
      if (classes) writeClasses(path, classes);
      source?.dispose(); // the training has its own references by now
    });
  } finally {
    source?.dispose();
    await train?.close();
    await validation?.close();
  }
}

/** A checkpoint folder is a choice of its own, whatever the configuration says. */
function chosen({ run, checkpoint, weights }: NonNullable<FinetuneConfig['from']>) {
  return { weights, ...(runFolderOf(run) === run && { checkpoint }) };
}

/** A fine-tuning configuration whose encoder and backbone are laid over those of the source run. */
async function finetuneConfig(options: FinetuneOptions): Promise<{ plugin: AnyPlugin; config: FinetuneConfig }> {
  const given = typeof options.from === 'string' ? { run: options.from } : options.from;
  const own = await readRawConfig(options);
  const wanted = given ? layered(own, { from: { checkpoint: null, weights: null, ...given } }) : own;
  const run = (wanted.get('from') as { run?: unknown } | undefined)?.run;
  if (typeof run !== 'string') {
    const plugin = await pluginOf(wanted, options);
    return { plugin, config: wanted.parse(finetuneSchema(plugin)) };
  }
  const { plugin, config } = await readRun(runFolderOf(run), options);
  const { modality, encoder, backbone } = config;
  const raw = layered({ modality, encoder, backbone }, wanted);
  return { plugin, config: raw.parse(finetuneSchema(plugin)) };
}

/** What the outputs of a new head stand for: the task says it, or the training data do; undefined where neither does. */
export async function classesOf(
  plugin: AnyPlugin,
  config: RunConfig,
  train: SampleSource,
): Promise<readonly string[] | undefined> {
  const { name, ...options } = config.task!;
  return (await plugin.tasks[name]!.classes?.(options, train)) ?? train.classes;
}

/** The task that a fine-tuning configuration names. */
export function taskOf(plugin: AnyPlugin, config: RunConfig, network: Network, classes: readonly string[]): Task {
  const { name, ...options } = config.task!;
  return plugin.tasks[name]!.create(options, { dim: network.config.dim, classes, encoder: config.encoder });
}

type StartEvent = Extract<RunEvent, { type: 'start' }>;

/** The same events; `started` is called before the first one that says that the training has its state. */
async function* whenStarted(
  session: AsyncGenerator<RunEvent, RunResult>,
  started: (event: StartEvent) => void,
): AsyncGenerator<RunEvent, RunResult> {
  try {
    for (;;) {
      const next = await session.next();
      if (next.done) return next.value;
      if (next.value.type === 'start') started(next.value);
      yield next.value;
    }
  } finally {
    await session.return(undefined as never);
  }
}
