import { ConfigError, Supervised } from '@d2v/core';
import { evaluationBatches } from '../data/evaluation-batches.js';
import { validate } from '../trainer/validate.js';
import { checkClasses } from './classes.js';
import { taskOf } from './finetune.js';
import { loadRun, type LoadRunOptions } from './load-run.js';
import { openSamples, type DataInput } from './open-data.js';

export interface EvaluateOptions extends LoadRunOptions {
  /** A fine-tuned run's folder, or a checkpoint folder. */
  readonly run: string;
  /** Default: the run's `data.validation`. */
  readonly data?: DataInput;
  /** Samples at once; default: as in the run's validation. */
  readonly batchSize?: number;
}

export interface EvaluationReport {
  /** Completed updates of the model. */
  readonly update: number;
  readonly samples: number;
  /** Why samples are left out, each by name, with `training.onBadSample: skip`. */
  readonly skipped: readonly string[];
  /** `loss` per sample and the task's metrics. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Class names by number. */
  readonly classes: readonly string[];
  /** `confusion[label][predicted]`; only of tasks that give each sample one of the classes. */
  readonly confusion?: readonly (readonly number[])[];
  /** Percent that is right of each class, where there is a confusion matrix; undefined for one without samples. */
  readonly perClass?: readonly (number | undefined)[];
  /** Every sample with what is right and what was predicted, as text; only of tasks that list them, as recognition does. */
  readonly listing?: string;
}

/**
 * Metrics of a fine-tuned run on a dataset.
 *
 * @throws ConfigError when the run is not a fine-tuned one, there are no data, or their classes are not the run's
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluationReport> {
  const run = await loadRun(options.run, options);
  try {
    const { plugin, config, network, weights } = run;
    if (!config.task) {
      throw new ConfigError(`evaluate: ${options.run} is a pre-trained run, which has no head to evaluate`, {
        hint: 'fine-tune it first, or compare its features with a probe',
      });
    }
    const input = options.data ?? (config.data.validation as DataInput | undefined);
    if (!input) {
      throw new ConfigError(`evaluate: ${options.run} has no data.validation`, {
        key: 'data.validation',
        hint: 'pass data',
      });
    }
    const key = options.data ? 'data' : 'data.validation';
    const source = await openSamples(plugin, config, input, key);
    try {
      const classes = run.classes ?? [];
      if (source.classes) checkClasses(classes, source.classes, key);
      const { seed, validate: section } = config.training;
      const batchSize = options.batchSize ?? section.batchSize ?? config.training.batchSize;
      const skipped: string[] = [];
      const leaveOut = (error: Error): number => skipped.push(error.message);
      const { metrics, confusion, evaluation } = await validate({
        encoder: network.encoder,
        objective: new Supervised(network, taskOf(plugin, config, network, classes)),
        source,
        state: { student: weights, teacher: {} },
        batches: await evaluationBatches(source, { ...config.training, batchSize }),
        seed,
        classes: classes.length,
        ...(config.training.onBadSample === 'skip' && { onBadSample: leaveOut }),
      });
      return {
        update: run.update,
        samples: source.size - skipped.length,
        skipped,
        metrics,
        classes,
        ...(evaluation?.listing && { listing: evaluation.listing() }),
        ...(confusion && { confusion: confusion.counts, perClass: confusion.perClass }),
      };
    } finally {
      await source.close();
    }
  } finally {
    run.dispose();
  }
}
