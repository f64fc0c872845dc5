import type { AnyPlugin, Network, Weights } from '@d2v/core';
import type { SampleSource } from '../data/source.js';
import { whitener, type PoolOptions } from '../features/index.js';
import { embed } from './embed.js';
import { maskFigures, type MaskFigure } from './mask-figures.js';
import { nearest } from './neighbours.js';
import { pick, SampleReader, type ReadSample, type Shown, type SkippedSample } from './samples.js';
import type { TaskDetails } from './task-details.js';
import { tokenFigures, type TokenFigures } from './token-figures.js';

/** A held-out sample and what is nearest to it. */
export interface NeighbourRow {
  readonly query: Shown;
  readonly neighbours: readonly (Shown & { readonly similarity: number })[];
}

/** The features among which neighbours are looked for, as for a probe. */
export interface NeighbourFeatures extends PoolOptions {
  /** So many principal components of the gallery, each scaled to variance 1; absent: features as they are. */
  readonly whiten?: number;
}

/** Everything in a report that takes a model to draw. */
export interface ReportFigures {
  /** Masks drawn on samples; empty when the plugin draws no figures. */
  readonly masks: readonly MaskFigure[];
  readonly neighbours: readonly NeighbourRow[];
  /** Samples among which neighbours were looked for. */
  readonly gallery: number;
  /** By which features. */
  readonly features: NeighbourFeatures;
  /** Absent when the plugin draws no figures. */
  readonly tokens?: TokenFigures;
  /** Of a fine-tuned run whose task tells more than numbers. */
  readonly details?: TaskDetails;
  /** Samples that could not be read and were left out of the figures. */
  readonly unreadable: readonly SkippedSample[];
}

/** How much is drawn. */
export interface FigureLimits {
  /** Samples with masks, and samples with coloured tokens. */
  readonly samples: number;
  /** Masks drawn on each sample. */
  readonly masks: number;
  /** Held-out samples whose neighbours are looked for; at most 16. */
  readonly queries: number;
  readonly neighbours: number;
  /** Samples to look among; at most 2000. */
  readonly gallery: number;
  /** The gallery stops growing after so many seconds. */
  readonly seconds: number;
}

export interface FigureOptions {
  readonly plugin: AnyPlugin;
  readonly network: Network;
  /** Of the network; they stay the caller's. */
  readonly weights: Weights;
  /** What neighbours are looked for among, transformed as for evaluation. */
  readonly train: SampleSource;
  /** What is shown; absent: samples of `train`, which then are not in the gallery. */
  readonly heldOut?: SampleSource;
  /** Decides which samples are shown and which masks are drawn. */
  readonly seed: number;
  readonly limits?: Partial<FigureLimits>;
  /** Default: the mean of the tokens. */
  readonly features?: NeighbourFeatures;
}

const DEFAULTS: FigureLimits = { samples: 6, masks: 3, queries: 8, neighbours: 5, gallery: 2000, seconds: 60 };
const MOST = { queries: 16, gallery: 2000 };
/** Samples in one pass through the network. */
const BATCH = 32;

/**
 * Draws what a report shows of a model: masks, nearest neighbours, token features. Takes bounded time; which samples
 * are shown depends on the seed alone. Samples that cannot be read are left out. Leaves no tensor behind.
 */
export async function makeFigures(options: FigureOptions): Promise<ReportFigures> {
  const { plugin, network, weights, train, seed } = options;
  const limits = bounded(options.limits);
  const heldOut = options.heldOut && options.heldOut.size > 0 ? options.heldOut : train;
  const wanted = Math.max(limits.queries, limits.samples);
  const reader = new SampleReader(seed, plugin);

  const shown = await reader.read(heldOut, pick(heldOut.size, wanted, [seed, 'report', 'shown']));
  // Samples that are shown are no neighbours of themselves.
  const taken = new Set(heldOut === train ? shown.map(({ index }) => index) : []);
  const gallery = await galleryOf(options, limits, reader, taken);
  const queries = shown.slice(0, limits.queries);
  const rows = queries.length > 0 ? await neighbourRows(options, limits, queries, gallery) : [];

  const pictured = shown.slice(0, limits.samples);
  const { figures } = plugin;
  return {
    masks: figures ? maskFigures(figures, network.encoder, pictured, limits.masks, seed) : [],
    neighbours: rows,
    gallery: gallery.samples.length,
    features: options.features ?? {},
    tokens: figures && pictured.length > 0 ? await tokenFigures(figures, network, weights, pictured) : undefined,
    unreadable: reader.unreadable,
  };
}

function bounded(limits: Partial<FigureLimits> = {}): FigureLimits {
  const all = { ...DEFAULTS, ...limits };
  return { ...all, queries: Math.min(all.queries, MOST.queries), gallery: Math.min(all.gallery, MOST.gallery) };
}

interface Gallery {
  readonly source: SampleSource;
  readonly samples: readonly Omit<ReadSample, 'sample'>[];
  /** (G, D) row by row. */
  readonly features: Float32Array;
  readonly dim: number;
  readonly reader: SampleReader;
}

/** Features of randomly chosen training samples, until there are enough or time is up. */
async function galleryOf(
  { network, weights, train, seed, features: pool = {} }: FigureOptions,
  limits: FigureLimits,
  reader: SampleReader,
  taken: ReadonlySet<number>,
): Promise<Gallery> {
  const order = pick(train.size, limits.gallery + taken.size, [seed, 'report', 'gallery'])
    .filter((index) => !taken.has(index))
    .slice(0, limits.gallery);
  const samples: Omit<ReadSample, 'sample'>[] = [];
  let [features, dim] = [new Float32Array(), network.config.dim];
  const end = performance.now() + 1000 * limits.seconds;
  for (let start = 0; start < order.length && (start === 0 || performance.now() < end); start += BATCH) {
    const batch = await reader.read(train, order.slice(start, start + BATCH));
    if (batch.length === 0) continue;
    const batched = batch.map(({ sample }) => sample);
    const pooled = await embed(network, weights, batched, pool);
    if (samples.length === 0) {
      dim = pooled.dim;
      features = new Float32Array(order.length * dim);
    }
    features.set(pooled.features, samples.length * dim);
    samples.push(...batch.map(({ index, name, label }) => ({ index, name, label })));
  }
  return { source: train, samples, features: features.subarray(0, samples.length * dim), dim, reader };
}

async function neighbourRows(
  { network, weights, features: { whiten, ...pool } = {} }: FigureOptions,
  limits: FigureLimits,
  queries: readonly ReadSample[],
  { source, samples, features, dim, reader }: Gallery,
): Promise<NeighbourRow[]> {
  const asked = queries.map(({ sample }) => sample);
  const pooled = (await embed(network, weights, asked, pool)).features;
  const white = whiten !== undefined && samples.length > 0 ? whitener(features, dim, whiten) : undefined;
  const found = white
    ? nearest(white.apply(pooled), white.apply(features), white.dim, limits.neighbours)
    : nearest(pooled, features, dim, limits.neighbours);
  return Promise.all(
    queries.map(async (query, row) => {
      const near = found[row]!;
      // The gallery's samples were not kept; the few that are shown are read again.
      const read = await reader.read(
        source,
        near.map(({ index }) => samples[index]!.index),
      );
      const similarity = new Map(near.map((neighbour) => [samples[neighbour.index]!.index, neighbour.similarity]));
      const neighbours = read.map((sample) => ({ ...reader.show(sample), similarity: similarity.get(sample.index)! }));
      return { query: reader.show(query), neighbours };
    }),
  );
}
