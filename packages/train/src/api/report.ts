import { D2vError, type AnyPlugin, type Network, type Weights } from '@d2v/core';
import type { RunConfig } from '../config/index.js';
import { taskDetails } from '../report/task-details.js';
import { taskOf } from './finetune.js';
import {
  makeFigures,
  writeReport,
  type FigureLimits,
  type NeighbourFeatures,
  type PageContent,
  type ReportFigures,
} from '../report/index.js';
import { loadRun, type WeightsChoice } from './load-run.js';
import { sourceOf, type OpenDatasets } from './resolve.js';

/** A run whose weights are on the backend, as far as a report needs it. */
export interface ReportedRun {
  readonly plugin: AnyPlugin;
  readonly config: RunConfig;
  readonly network: Network;
  /** All parameters of the network, and those of the head of a fine-tuned run. */
  readonly weights: Weights;
  /** Class names of a fine-tuned run. */
  readonly classes?: readonly string[];
  /** Frees the weights. */
  dispose(): void;
}

export interface ReportOptions extends Omit<PageContent, 'figures' | 'noFigures'> {
  /** The run folder; the run may still be going on. */
  readonly run: string;
  /** Of the last checkpoint; default: teacher. */
  readonly weights?: WeightsChoice;
  /** By which features neighbours are looked for; default: the mean of the tokens. */
  readonly features?: NeighbourFeatures;
  /** Loads the run's model; default: `weights` of its last checkpoint. */
  readonly load?: (path: string) => Promise<ReportedRun>;
  /** false: no masks, neighbours and token features, which take a model and the run's data. Default: true. */
  readonly figures?: boolean;
  /** How much is drawn. */
  readonly limits?: Partial<FigureLimits>;
  /** Datasets that are open already, instead of those that the run's configuration names. */
  readonly data?: OpenDatasets;
}

/**
 * Writes the report of a run that is on disk. Where there is no model yet, or its data cannot be read any more, the
 * report says so in place of the figures.
 *
 * @returns the path of the report
 * @throws ConfigError when the folder is no run, D2vError for a damaged log
 */
export async function report(options: ReportOptions): Promise<string> {
  const { run, figures = true, probe } = options;
  const content = { probe };
  if (!figures) return writeReport(run, content);
  try {
    return await writeReport(run, { ...content, figures: await drawFigures(options) });
  } catch (error) {
    if (!D2vError.isInstance(error)) throw error;
    return writeReport(run, { ...content, noFigures: error.message });
  }
}

async function drawFigures(options: ReportOptions): Promise<ReportFigures> {
  const { run, weights: choice = 'teacher', features, limits, data } = options;
  const loaded = await (options.load?.(run) ?? loadRun(run, { weights: choice }));
  const { plugin, config, network, weights } = loaded;
  try {
    const train = await open(plugin, config, 'train', data);
    try {
      const heldOut =
        data?.validation || (!data && config.data.validation)
          ? await open(plugin, config, 'validation', data)
          : undefined;
      try {
        const { seed, batchSize, validate } = config.training;
        const figures = await makeFigures({ plugin, network, weights, train, heldOut, seed, limits, features });
        if (!config.task || !heldOut) return figures;
        const task = taskOf(plugin, config, network, loaded.classes ?? []);
        const evaluated = { network, weights, task, heldOut, batchSize: validate.batchSize ?? batchSize, seed };
        return { ...figures, details: await taskDetails(evaluated) };
      } finally {
        await heldOut?.close();
      }
    } finally {
      await train.close();
    }
  } finally {
    loaded.dispose();
  }
}

function open(plugin: AnyPlugin, config: RunConfig, which: 'train' | 'validation', data?: OpenDatasets) {
  const reader = config.data[which]?.reader;
  if (!data && (reader === undefined || !Object.hasOwn(plugin.datasets, reader))) {
    throw new D2vError(`the run was given a dataset for data.${which} that its program had opened`, {
      hint: 'pass the dataset again: report({ run, data: { train, validation } })',
    });
  }
  return sourceOf(plugin, config, which, 'evaluate', data);
}
