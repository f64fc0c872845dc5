import { ConfigError, initialise, RandomStream, type Network, type Weights } from '@d2v/core';
import type { SampleSource } from '../data/source.js';
import { extractFeatures, rawFeatures, type FeatureSet, type PoolOptions } from '../features/index.js';
import {
  knnProbe,
  linearProbe,
  probeData,
  type KnnProbeOptions,
  type KnnProbeResult,
  type LinearProbeOptions,
  type LinearProbeResult,
  type ProbeData,
} from '../probe/index.js';
import { table } from '../progress/index.js';
import { disposeWeights } from '../step/state.js';
import { loadRun, type LoadRunOptions } from './load-run.js';
import { openSamples, type DataInput } from './open-data.js';

export const BASELINES = ['random', 'raw'] as const;
export type Baseline = (typeof BASELINES)[number];

/** What features were classified. */
export type ProbedFeatures = 'pre-trained' | 'random weights' | 'raw input';

interface Settings extends PoolOptions, KnnProbeOptions, Pick<LinearProbeOptions, 'l2'> {
  /** What else to classify, for comparison: the same network with random weights, the flattened input. Default: both. */
  readonly baselines?: readonly Baseline[];
  /** Samples at once; default 64. */
  readonly batchSize?: number;
  /** Of random weights and of the held-out split; default 1. */
  readonly seed?: number;
  readonly onProgress?: (progress: ProbeProgress) => void;
}

/** A run on disk, with the labelled data of its configuration or others. */
export interface ProbeRunOptions extends Settings, LoadRunOptions {
  /** A run folder, or a checkpoint folder. */
  readonly run: string;
  /** Default: the run's `data.train` and `data.validation`. */
  readonly data?: { readonly train: DataInput; readonly test: DataInput };
}

/** A network in memory. */
export interface ProbeNetworkOptions extends Settings {
  readonly network: Network;
  /** Complete; they stay the caller's. */
  readonly weights: Weights;
  readonly data: { readonly train: SampleSource; readonly test: SampleSource };
}

export interface ProbeProgress {
  readonly features: ProbedFeatures;
  readonly stage: 'training features' | 'test features' | 'linear' | 'k-NN';
  /** Samples done and in all; 0 of 0 while a classifier is fitted. */
  readonly done: number;
  readonly total: number;
}

/** One line of a comparison. */
export interface ProbeRow {
  readonly features: ProbedFeatures;
  /** Test accuracy of a linear classifier in percent. */
  readonly linear: number;
  /** Test accuracy of the nearest neighbours in percent. */
  readonly knn: number;
  readonly details: {
    /** Values of one sample's features. */
    readonly dim: number;
    readonly linear: LinearProbeResult;
    readonly knn: KnnProbeResult;
  };
}

export interface ProbeReport {
  readonly rows: readonly ProbeRow[];
  readonly samples: { readonly train: number; readonly test: number };
  /** Number of classes. */
  readonly classes: number;
}

/**
 * How good frozen features are: a linear classifier and nearest neighbours on them, beside baselines on the same data.
 *
 * @throws ConfigError when the data have no labels or do not fit together; what `loadRun` throws
 */
export async function probe(options: ProbeRunOptions | ProbeNetworkOptions): Promise<ProbeReport> {
  if ('network' in options) return compare(options, options);
  const { run: path, data: given } = options;
  const run = await loadRun(path, options);
  try {
    const { plugin, config } = run;
    const { train = config.data.train, test = config.data.validation } = given ?? {};
    if (!test) {
      throw new ConfigError(`probe: ${path} has no data.validation to test on`, {
        key: 'data.validation',
        hint: 'pass labelled training and test data',
      });
    }
    const trainSource = await openSamples(plugin, config, train as DataInput, 'data.train');
    try {
      const testSource = await openSamples(plugin, config, test as DataInput, given ? 'data.test' : 'data.validation');
      try {
        const data = { train: trainSource, test: testSource };
        return await compare({ network: run.network, weights: run.weights, data }, options);
      } finally {
        await testSource.close();
      }
    } finally {
      await trainSource.close();
    }
  } finally {
    run.dispose();
  }
}

type Model = Pick<ProbeNetworkOptions, 'network' | 'weights' | 'data'>;

async function compare({ network, weights, data }: Model, settings: Settings): Promise<ProbeReport> {
  checkLabels(data);
  const { baselines = BASELINES, batchSize, pool, layers, onProgress, seed = 1 } = settings;
  const rows: ProbeRow[] = [];
  let classes = 0;

  const add = async (features: ProbedFeatures, of: (source: SampleSource, report: Report) => Promise<FeatureSet>) => {
    const report = (stage: ProbeProgress['stage']) => (done: number, total: number) =>
      onProgress?.({ features, stage, done, total });
    const train = await of(data.train, report('training features'));
    const both = probeData(train, await of(data.test, report('test features')));
    rows.push(await classify(features, both, settings, report));
    ({ classes } = both);
  };
  const featuresOf = (w: Weights) => (source: SampleSource, report: Report) =>
    extractFeatures({ network, weights: w, source, batchSize, pool, layers, onProgress: report });

  await add('pre-trained', featuresOf(weights));
  if (baselines.includes('random')) {
    const random = initialise(network.parameters, new RandomStream([seed, 'random weights']));
    try {
      await add('random weights', featuresOf(random));
    } finally {
      disposeWeights(random);
    }
  }
  if (baselines.includes('raw')) {
    await add('raw input', (source, report) => rawFeatures(network.encoder, { source, batchSize, onProgress: report }));
  }
  return { rows, samples: { train: data.train.size, test: data.test.size }, classes };
}

type Report = (done: number, total: number) => void;

async function classify(
  features: ProbedFeatures,
  data: ProbeData,
  { l2, seed, neighbours, whiten }: Settings,
  report: (stage: ProbeProgress['stage']) => Report,
): Promise<ProbeRow> {
  report('linear')(0, 0);
  const linear = await linearProbe(data, { ...(l2 && { l2 }), ...(seed !== undefined && { seed }) });
  report('k-NN')(0, 0);
  const knn = await knnProbe(data, { neighbours, whiten, seed });
  return { features, linear: linear.accuracy, knn: knn.accuracy, details: { dim: data.train.dim, linear, knn } };
}

/** Before minutes of work, not after. */
function checkLabels({ train, test }: Model['data']): void {
  for (const [what, source] of [
    ['training', train],
    ['test', test],
  ] as const) {
    if (source.label) continue;
    throw new ConfigError(`probe: the ${what} data have no labels`, {
      hint: 'pass labelled training and test data: a folder with a subfolder for each class, or a label file',
    });
  }
}

/** A comparison as a table for a console. */
export function probeTable({ rows }: ProbeReport): string {
  return table(
    ['features', 'linear %', 'k-NN %'],
    rows.map(({ features, linear, knn }) => [features, linear, knn]),
  );
}
