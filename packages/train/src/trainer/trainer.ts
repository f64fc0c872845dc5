import {
  checkCollapse,
  D2vError,
  decayAt,
  disposeBatch,
  HostNoise,
  RandomStream,
  type Encoder,
  type Objective,
  type ParameterSpecs,
  type SampleError,
} from '@d2v/core';
import { dispose, scalar } from '@tensorflow/tfjs-core';
import type { TrainingConfig } from '../config/index.js';
import { trainingBatches, type LoadedBatch } from '../data/batches.js';
import type { Order } from '../data/order.js';
import type { SampleSource } from '../data/source.js';
import { biasCorrections, parameterGroups, type OptimizerConfig } from '../optimizer/index.js';
import { learningRate, updatesOf, type Schedule, type ScheduleConfig, type TrainingLength } from '../schedule/index.js';
import { disposeState, type ModelState } from '../step/state.js';
import type { Freezing } from '../step/freeze.js';
import { trainingStep, type StepOptions } from '../step/step.js';

/** A loss or gradient that is not finite. */
export class NotFiniteError extends D2vError {
  override name = 'NotFiniteError';
}

export interface TrainerConfig {
  readonly optimizer: OptimizerConfig;
  readonly schedule: ScheduleConfig;
  readonly training: TrainingConfig;
}

export interface TrainerOptions {
  readonly config: TrainerConfig;
  readonly encoder: Encoder;
  readonly objective: Objective;
  readonly specs: ParameterSpecs;
  readonly source: SampleSource;
  readonly order: Order;
  /** What learns in which update. */
  readonly freezing: Freezing;
  /** Taken over by the trainer. */
  readonly state: ModelState;
  /** Updates that `state` has seen. */
  readonly completed: number;
}

/** What one update reports. Values are per counted token where they are losses. */
export interface UpdateReport {
  readonly update: number;
  /** Samples of this update. */
  readonly samples: number;
  /** Every metric of this update; those of the monitor only where it ran. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Seconds that the step took, without waiting for data. */
  readonly seconds: number;
  /** Seconds spent waiting for data. */
  readonly waited: number;
  /** false: the update was left out because it was not finite. */
  readonly applied: boolean;
  /** Bad samples that others stood in for. */
  readonly skipped: readonly SampleError[];
}

const PREFETCHED_UPDATES = 3;

/** The training loop: batches in, updates out. Knows nothing of files, folders and terminals. */
export class Trainer {
  readonly order: Order;
  readonly length: TrainingLength & { readonly perEpoch: number };
  readonly #rate: Schedule;
  readonly #step: StepOptions;
  #state: ModelState;
  #completed: number;

  constructor(readonly options: TrainerOptions) {
    const { config, order, objective, specs, freezing } = options;
    const { optimizer, schedule, training } = config;
    this.order = order;
    const { perEpoch } = this.order;
    const total = training.updates ?? Math.max(1, Math.floor(training.epochs! * perEpoch));
    this.length = { total, perEpoch };
    this.#rate = learningRate(schedule, optimizer.learningRate, this.length);
    const { betas, eps, weightDecay, clipNorm } = optimizer;
    const groups = freezing.mark(parameterGroups(specs, optimizer));
    const adam = { betas, eps, weightDecay, groups };
    this.#step = { objective, specs, adam, clipNorm };
    this.#state = options.state;
    this.#completed = options.completed;
  }

  /** Weights, teacher and moments as they are now; the trainer keeps owning them. */
  get state(): ModelState {
    return this.#state;
  }

  /** Completed updates. */
  get completed(): number {
    return this.#completed;
  }

  /**
   * Updates until the end of the training; stop consuming to pause. `monitored` says where the monitor runs.
   *
   * @throws NotFiniteError instead of an update, CollapseError after the one that shows it
   */
  async *run(monitored: (update: number) => boolean): AsyncGenerator<UpdateReport> {
    const { config, source, encoder, objective } = this.options;
    const { seed, accumulate, onBadSample } = config.training;
    const batches = trainingBatches(
      { source, order: this.order, encoder, objective, seed, accumulate, prefetch: PREFETCHED_UPDATES, onBadSample },
      this.#completed + 1,
      this.length.total,
    );
    let waiting = performance.now();
    for await (const batch of batches) {
      const waited = (performance.now() - waiting) / 1000;
      const monitor = monitored(batch.update);
      const report = { waited, ...this.#update(batch, monitor) };
      yield report;
      if (monitor && report.applied) this.#check(report);
      waiting = performance.now();
    }
  }

  dispose(): void {
    disposeState(this.#state);
  }

  #update(batch: LoadedBatch, monitor: boolean): Omit<UpdateReport, 'waited'> {
    const { update } = batch;
    const { seed } = this.options.config.training;
    const start = performance.now();
    const [hyper, values] = this.#hyper(update);
    const context = (part: number) => ({
      monitor,
      noise: new HostNoise(new RandomStream([seed, 'noise', update, part])),
    });
    const result = trainingStep(this.#state, batch.parts, hyper, context, {
      ...this.#step,
      trained: this.options.freezing.trained(update),
    });
    const metrics: Record<string, number> = { ...values };
    for (const [name, tensor] of Object.entries(result.metrics)) metrics[name] = tensor.dataSync()[0]!;
    dispose([result.metrics, hyper] as never);
    batch.parts.forEach(disposeBatch);

    const applied = Number.isFinite(metrics.loss) && Number.isFinite(metrics.grad_norm);
    disposeState(applied ? this.#state : result.state);
    if (applied) this.#state = result.state;
    else this.#refuse(batch, metrics);
    this.#completed = update;
    const seconds = (performance.now() - start) / 1000;
    return { update, samples: batch.samples.length, metrics, applied, skipped: batch.skipped, seconds };
  }

  #hyper(update: number) {
    const { betas } = this.#step.adam;
    const { updates: frozen } = this.options.freezing;
    const rate = this.#rate(update - 1);
    const teacher = this.options.objective.teacher;
    const decay = teacher ? decayAt(update, teacher.decay) : 0;
    const hyper = {
      learningRate: scalar(rate),
      ...this.#corrections(betas, update),
      decay: scalar(decay),
      ...(frozen > 0 && { late: this.#corrections(betas, Math.max(1, update - frozen)) }),
    };
    return [hyper, { learning_rate: rate, ...(teacher ? { ema_decay: decay } : {}) }] as const;
  }

  #corrections(betas: readonly [number, number], updates: number) {
    const [correction1, correction2] = biasCorrections(betas, updates);
    return { correction1: scalar(correction1), correction2: scalar(correction2) };
  }

  #check({ update, metrics }: Pick<UpdateReport, 'update' | 'metrics'>): void {
    const { collapse } = this.options.objective;
    if (collapse) checkCollapse(update, metrics, collapse);
  }

  #refuse({ update, samples }: LoadedBatch, metrics: Readonly<Record<string, number>>): void {
    if (this.options.config.training.onNaN === 'skip') return;
    const { source } = this.options;
    const named = [...new Set(samples)].slice(0, 3).map((index) => source.name(index));
    throw new NotFiniteError(
      `update ${update}: the loss is ${metrics.loss}, the gradient norm ${metrics.grad_norm}; the weights are left as they were before it`,
      {
        hint: `lower optimizer.learningRate (now ${metrics.learning_rate}), set optimizer.clipNorm, or training.onNaN: skip; its batch starts with ${named.join(', ')}`,
      },
    );
  }
}

/** The updates that a duration like "2 epochs" divides a training into; the last update always counts. */
export function every(duration: Parameters<typeof updatesOf>[0], length: TrainingLength): (update: number) => boolean {
  const interval = Math.max(1, updatesOf(duration, length));
  return (update) => update % interval === 0 || update === length.total;
}
