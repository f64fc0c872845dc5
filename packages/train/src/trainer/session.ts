import {
  D2vError,
  RandomStream,
  type Encoder,
  type Objective,
  type ParameterSpecs,
  type SampleError,
  type Weights,
} from '@d2v/core';
import { getBackend } from '@tensorflow/tfjs-core';
import { writeConfusion } from '../confusion/index.js';
import { CheckpointStore } from '../checkpoint/index.js';
import { createOrder } from '../data/create-order.js';
import { evaluationBatches } from '../data/evaluation-batches.js';
import type { SampleSource } from '../data/source.js';
import { RunFolder } from '../run/index.js';
import { Freezing } from '../step/freeze.js';
import { initialState } from '../step/state.js';
import { checkpointContents, restoreState, type Standing } from './checkpointing.js';
import type { RunEvent, RunResult } from './events.js';
import { every, Trainer, type TrainerConfig, type UpdateReport } from './trainer.js';
import { validate } from './validate.js';

export interface SessionOptions {
  /** The run folder; made, or gone on with. */
  readonly out: string;
  /** The resolved configuration, as it is written to the folder. */
  readonly config: TrainerConfig & object;
  readonly encoder: Encoder;
  readonly objective: Objective;
  readonly specs: { readonly network: ParameterSpecs; readonly all: ParameterSpecs };
  readonly train: SampleSource;
  readonly validation?: SampleSource;
  /** Names of the classes, where the task has any: a validation writes what it took for what. */
  readonly classes?: readonly string[];
  /** Weights that replace initial ones by name. */
  readonly start?: Weights;
  readonly signal?: AbortSignal;
}

/** What may change between two calls that belong to the same run: it does not touch what is learnt. */
const MAY_CHANGE = ['backend', 'training.log', 'training.checkpoint', 'training.validate', 'data.workers'];

/**
 * One sitting of a run: opens its folder, goes on from its last intact checkpoint, trains, validates, logs, saves. An
 * abort or an error after the first update leaves a checkpoint of the last good one.
 */
export async function* runSession(options: SessionOptions): AsyncGenerator<RunEvent, RunResult> {
  const folder = RunFolder.open(options.out, options.config, { mayChange: MAY_CHANGE });
  try {
    return yield* new Session(folder, options).run();
  } finally {
    folder.release();
  }
}

const RATE_WINDOW = 20;

class Session {
  readonly #store: CheckpointStore;
  readonly #warnings: string[] = [];
  readonly #recent: number[] = [];
  #metrics: Record<string, number> = {};
  #best: Standing['best'];
  #validationBatches: readonly (readonly number[])[] | undefined;
  #counters = { skipped: 0, skippedUpdates: 0 };
  /** Bad samples of the validation data: every validation finds them again, they are told once. */
  readonly #badInValidation = new Set<string>();
  #saved = -1;

  constructor(
    readonly folder: RunFolder,
    readonly options: SessionOptions,
  ) {
    const { checkpoint } = options.config.training;
    this.#store = new CheckpointStore(folder.checkpointsPath, {
      ...checkpoint,
      warn: (message) => this.#warnings.push(message),
    });
  }

  async *run(): AsyncGenerator<RunEvent, RunResult> {
    const trainer = await this.#trainer();
    try {
      return yield* this.#sit(trainer);
    } catch (error) {
      // What was learnt before the error is good: a step changes the state only when it succeeds.
      if (D2vError.isInstance(error) && trainer.completed > Math.max(0, this.#saved)) await this.#save(trainer);
      throw error;
    } finally {
      trainer.dispose();
    }
  }

  async *#sit(trainer: Trainer): AsyncGenerator<RunEvent, RunResult> {
    const { options, folder } = this;
    const started = performance.now();
    const { total } = trainer.length;
    yield* this.#warnings.splice(0).map((message) => ({ type: 'warning', message }) as const);
    yield { type: 'start', update: trainer.completed, total, resumed: trainer.completed > 0, path: folder.path };

    const { log: logging, checkpoint, validate: validation } = options.config.training;
    const isLogged = every(logging.every, trainer.length);
    const isSaved = every(checkpoint.every, trainer.length);
    const isValidated = every(validation.every, trainer.length);
    const log = folder.openLog(trainer.completed);
    const events = logging.tensorboard ? folder.openEvents(trainer.completed) : undefined;
    try {
      log.append({ update: trainer.completed, backend: getBackend(), started: new Date().toISOString() });
      const monitored = (update: number): boolean => isLogged(update) || update === 1;
      for await (const report of trainer.run(monitored)) {
        const logged = monitored(report.update);
        const event = this.#progress(trainer, report, logged);
        if (logged) {
          const record = { samples_per_second: event.rate, ...report.metrics };
          const wallSeconds = (performance.now() - started) / 1000;
          log.append({ ...record, update: report.update, wall_seconds: wallSeconds });
          events?.scalars(report.update, grouped('train', record));
        }
        for (const { sample, problem } of report.skipped)
          log.append({ update: report.update, skipped: sample, problem });
        yield* this.#leftOut(report);
        yield event;
        if (options.validation && isValidated(report.update)) {
          const bad: SampleError[] = [];
          const metrics = await this.#validate(trainer, bad);
          for (const { sample, problem } of bad) log.append({ update: report.update, skipped: sample, problem });
          yield* bad.map((error) => ({ type: 'skipped', error }) as const);
          log.append({ ...grouped('validation', metrics), update: report.update });
          events?.scalars(report.update, grouped('validation', metrics));
          yield { type: 'validation', update: report.update, metrics };
        }
        if (isSaved(report.update)) yield await this.#save(trainer);
        if (options.signal?.aborted) break;
        await breathe();
      }
      const { completed: update } = trainer;
      const finished = update === total;
      if (this.#saved !== update) yield await this.#save(trainer);
      const seconds = (performance.now() - started) / 1000;
      yield { type: 'end', update, total, finished, path: folder.path, seconds };
      return { path: folder.path, update, finished, metrics: this.#metrics, ...this.#counters };
    } finally {
      log.close();
      events?.close();
    }
  }

  async #trainer(): Promise<Trainer> {
    const { config, encoder, objective, specs, train, start } = this.options;
    await this.#store.recover();
    const checkpoint = await this.#store.latest();
    if (checkpoint) {
      const { metrics, best, counters, update } = checkpoint.state;
      this.#metrics = metrics;
      this.#best = best;
      this.#counters = { skipped: counters.skipped ?? 0, skippedUpdates: counters.skippedUpdates ?? 0 };
      this.#saved = update;
    }
    const { seed, freeze } = config.training;
    const order = await createOrder(train, config.training);
    const freezing = new Freezing(specs.all, freeze);
    const state = checkpoint
      ? await restoreState(checkpoint)
      : initialState(specs, objective.teacher, new RandomStream([seed, 'weights']), start);
    return new Trainer({
      config,
      encoder,
      objective,
      specs: specs.all,
      source: train,
      order,
      freezing,
      state,
      completed: checkpoint?.state.update ?? 0,
    });
  }

  #progress(trainer: Trainer, { update, samples, metrics, seconds, waited }: UpdateReport, logged: boolean) {
    this.#recent.push(seconds + waited);
    if (this.#recent.length > RATE_WINDOW) this.#recent.shift();
    const perUpdate = this.#recent.reduce((sum, time) => sum + time, 0) / this.#recent.length;
    const { total } = trainer.length;
    return {
      type: 'update',
      update,
      total,
      loss: metrics.loss!,
      batchSize: samples,
      rate: trainer.order.batchSize / perUpdate,
      secondsLeft: (total - update) * perUpdate,
      metrics,
      logged,
    } as const;
  }

  /** Bad samples that are new are added to `bad`. */
  async #validate(trainer: Trainer, bad: SampleError[]): Promise<Record<string, number>> {
    const { encoder, objective, config, validation, classes = [] } = this.options;
    const { seed, checkpoint, validate: section, onBadSample } = config.training;
    this.#validationBatches ??= await evaluationBatches(validation!, {
      ...config.training,
      batchSize: section.batchSize ?? config.training.batchSize,
    });
    const { metrics, confusion } = await validate({
      encoder,
      objective,
      source: validation!,
      state: trainer.state,
      batches: this.#validationBatches,
      seed,
      classes: classes.length,
      ...(onBadSample === 'skip' && { onBadSample: (error) => this.#leaveOut(error, bad) }),
    });
    this.#metrics = metrics;
    if (confusion) writeConfusion(this.folder.confusionPath, { update: trainer.completed, classes, confusion });
    const { metric, better } = checkpoint;
    const value = this.#metrics[metric] ?? NaN;
    const sign = better === 'higher' ? 1 : -1;
    if (Number.isFinite(value) && (!this.#best || sign * value > sign * this.#best.value)) {
      this.#best = { metric, value, update: trainer.completed };
    }
    return this.#metrics;
  }

  #leaveOut(error: SampleError, bad: SampleError[]): void {
    if (this.#badInValidation.has(error.sample)) return;
    this.#badInValidation.add(error.sample);
    this.#counters.skipped++;
    bad.push(error);
  }

  async #save(trainer: Trainer): Promise<RunEvent> {
    const standing: Standing = {
      update: trainer.completed,
      perEpoch: trainer.length.perEpoch,
      batchSize: trainer.order.batchSize,
      ...this.#counters,
      metrics: this.#metrics,
      best: this.#best,
    };
    const path = await this.#store.save(checkpointContents(trainer.state, standing));
    this.#saved = trainer.completed;
    return { type: 'checkpoint', update: trainer.completed, path };
  }

  /** Counts and tells what an update did without. */
  *#leftOut({ update, metrics, applied, skipped }: UpdateReport): Generator<RunEvent> {
    this.#counters.skipped += skipped.length;
    for (const error of skipped) yield { type: 'skipped', error };
    if (applied) return;
    this.#counters.skippedUpdates++;
    const message = `update ${update} is left out: the loss is ${metrics.loss}, the gradient norm ${metrics.grad_norm}`;
    yield { type: 'warning', message };
  }
}

const grouped = (group: string, values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${group}/${name}`, value]));

/** Lets signals and prefetching in between two synchronous steps. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
