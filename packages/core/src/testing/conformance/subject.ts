import { add, tensor, tidy } from '@tensorflow/tfjs-core';
import type { HostBatch } from '../../encoder/host.js';
import type { Network } from '../../encoder/network.js';
import type { AnyPlugin } from '../../encoder/plugin.js';
import { createModel, createNetwork, parseModelConfig, type Model, type ModelConfig } from '../../model.js';
import { disposeBatch, uploadBatch, type Batch, type BatchStreams } from '../../objective/objective.js';
import { fillNormal } from '../../random/fill.js';
import { RandomStream } from '../../random/stream.js';
import { initialise } from '../../weights/initialise.js';
import type { ParameterSpecs, Weights } from '../../weights/parameter.js';

/** Behaviour → the test that fails when it is not so. */
export type Tests = Readonly<Record<string, () => void | Promise<void>>>;

/** What is tested, and with what. */
export interface SubjectOptions {
  readonly plugin: AnyPlugin;
  /** At least two samples that fit into one batch, or what makes them; of different lengths where there are such. */
  readonly samples: readonly unknown[] | (() => readonly unknown[]);
  /** The configuration's `encoder` section; default: every option's default. Small is fast. */
  readonly config?: unknown;
  /** The configuration's `backbone` section over a small Transformer: width 32, 2 blocks, 4 heads. */
  readonly backbone?: Readonly<Record<string, unknown>>;
  /** Samples that `collate` must refuse, besides the first sample with its arrays emptied. */
  readonly badSamples?: readonly unknown[];
}

/** @throws Error with `problem` unless `condition` holds */
export function check(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new Error(problem);
}

/** Row of an (N, S, D) result. */
export interface FeatureRows {
  readonly data: Float32Array;
  /** S, extra tokens and padding included. */
  readonly side: number;
  readonly dim: number;
  /** Extra and real tokens of each sample. */
  readonly real: readonly number[];
}

export const OBJECTIVES = ['data2vec1', 'data2vec2'] as const;

/** The plugin under test with its samples: builds a fresh model for every test. */
export class Subject {
  readonly plugin: AnyPlugin;
  readonly samples: readonly unknown[];

  constructor(readonly options: SubjectOptions) {
    this.plugin = options.plugin;
    this.samples = typeof options.samples === 'function' ? options.samples() : options.samples;
    if (this.samples.length < 2) {
      throw new Error(`encoderConformance: needs at least two samples, got ${this.samples.length}`);
    }
  }

  config(objective: (typeof OBJECTIVES)[number] = 'data2vec1'): ModelConfig {
    const backbone = { dim: 32, depth: 2, heads: 4, ...this.options.backbone };
    const groups = Number(backbone.dim) % 4 === 0 ? 4 : 1;
    const targets = { topK: Math.min(2, Number(backbone.depth)) };
    const sections = {
      data2vec1: { name: 'data2vec1', targets },
      data2vec2: { name: 'data2vec2', masks: 2, decoder: { width: 4 * groups, layers: 2, groups }, targets },
    };
    return parseModelConfig(this.plugin, { encoder: this.options.config, backbone, objective: sections[objective] });
  }

  network(): Network {
    return createNetwork(this.plugin, this.config());
  }

  model(objective: (typeof OBJECTIVES)[number]): Model {
    return createModel(this.plugin, this.config(objective));
  }

  collate(samples = this.samples): HostBatch {
    return this.network().encoder.collate(samples);
  }

  /** Whether the samples are of different lengths, so that a batch of them is padded. */
  get pads(): boolean {
    try {
      return new Set(this.collate().lengths).size > 1;
    } catch {
      return false; // the tests of shapes say what is wrong with it
    }
  }
}

/** Runs `use` with drawn weights, moved away from zeros and ones so that every parameter matters; frees them. */
export function withWeights<T>(specs: ParameterSpecs, use: (weights: Weights) => T): T {
  const stream = new RandomStream(['conformance']);
  const drawn = initialise(specs, stream);
  const weights = Object.fromEntries(
    Object.entries(drawn).map(([name, value]) => {
      if (specs[name]!.trainable === false) return [name, value];
      const noise = new Float32Array(value.size);
      fillNormal(stream.fork('moved', name), noise, 0.1);
      const moved = tidy(() => add(value, tensor(noise, value.shape)));
      value.dispose();
      return [name, moved];
    }),
  );
  try {
    return use(weights);
  } finally {
    for (const value of Object.values(weights)) value.dispose();
  }
}

/** Runs `use` with an uploaded batch and frees it. */
export function withBatch<T>(prepared: Parameters<typeof uploadBatch>[0], use: (batch: Batch) => T): T {
  const batch = uploadBatch(prepared);
  try {
    return use(batch);
  } finally {
    disposeBatch(batch);
  }
}

/** The randomness of a batch, by seed. */
export function streams(seed: number): BatchStreams {
  return {
    sample: (index) => new RandomStream(['conformance', seed, 'sample', index]),
    batch: new RandomStream(['conformance', seed, 'batch']),
  };
}

/** What a network makes of samples, nothing masked. */
export function featureRows(network: Network, weights: Weights, samples: readonly unknown[]): FeatureRows {
  const batch = network.encoder.collate(samples);
  const extra = network.encoder.extraTokens.count;
  return withBatch({ batch, drawn: {} }, ({ inputs, real }) =>
    tidy(() => {
      const { x } = network.features(weights, inputs, real);
      return {
        data: x.dataSync<'float32'>(),
        side: x.shape[1],
        dim: x.shape[2],
        real: samples.map((_, i) => extra + (batch.lengths?.[i] ?? batch.tokens)),
      };
    }),
  );
}

/** Extra and real tokens of one sample. */
export function rowOf({ data, side, dim, real }: FeatureRows, sample: number): Float32Array {
  return data.subarray(sample * side * dim, (sample * side + real[sample]!) * dim);
}
