import { dispose, matMul, tensor2d, tidy, topk, type Tensor2D } from '@tensorflow/tfjs-core';
import { ConfigError } from '@d2v/core';
import type { LabelledFeatures, ProbeData } from './data.js';
import { summary, type ProbeResult } from './linear.js';
import { confusionOf } from '../confusion/index.js';
import { rehearsal } from './split.js';
import { whiten } from './whiten.js';

export interface KnnProbeOptions {
  /** Neighbours that vote; default 20, or all training samples where there are fewer. */
  readonly neighbours?: number;
  /**
   * Also tries features along so many principal components of the training set, each scaled to variance 1, and takes
   * what does better on a held-out tenth of it; default: compares features as they are.
   */
  readonly whiten?: number;
  /** Of the split that decides; default 1. */
  readonly seed?: number;
}

export interface KnnProbeResult extends ProbeResult {
  /** Whether whitened features were taken. */
  readonly whitened: boolean;
}

/** Sides of the blocks of similarities: 64 MB at once. */
const TRAIN_ROWS = 16_384;
const TEST_ROWS = 1024;

/**
 * Nearest neighbours by cosine similarity: the majority of the k nearest training samples, of equally frequent classes
 * the one with the nearest sample. Memory beyond the features is bounded, whatever their number.
 *
 * @param data from `probeData`
 * @throws ConfigError when `neighbours` or `whiten` is no positive integer
 */
export async function knnProbe(data: ProbeData, options: KnnProbeOptions = {}): Promise<KnnProbeResult> {
  for (const key of ['neighbours', 'whiten'] as const) {
    const count = options[key] ?? 1;
    if (Number.isInteger(count) && count >= 1) continue;
    throw new ConfigError(`${key}: ${count} is no positive integer`, { key });
  }
  const { neighbours = 20, whiten: components, seed = 1 } = options;
  if (components === undefined) return { ...(await classify(data, neighbours)), whitened: false };
  const white = whiten(data, components);
  const rehearse = async (set: ProbeData) => (await classify(rehearsal(set, seed), neighbours)).accuracy;
  const whitened = (await rehearse(white)) > (await rehearse(data)); // never where nothing is held out
  return { ...(await classify(whitened ? white : data, neighbours)), whitened };
}

async function classify({ train, test, classes }: ProbeData, neighbours: number): Promise<ProbeResult> {
  const nearest = await nearestSamples(train, test, Math.min(neighbours, train.size));
  const predicted = Int32Array.from(nearest, (samples) => vote(samples.map(({ index }) => train.labels[index]!)));
  return summary(confusionOf(test.labels, predicted, classes));
}

interface Neighbour {
  readonly index: number;
  readonly similarity: number;
}

/** The k training samples that are most similar to each test sample, most similar first; of equals the earlier. */
async function nearestSamples(train: LabelledFeatures, test: LabelledFeatures, k: number): Promise<Neighbour[][]> {
  const nearest = Array.from({ length: test.size }, (): Neighbour[] => []);
  for (let from = 0; from < train.size; from += TRAIN_ROWS) {
    const references = unitRows(train, from, TRAIN_ROWS);
    const count = Math.min(k, references.shape[0]);
    for (let start = 0; start < test.size; start += TEST_ROWS) {
      const found = tidy(() => topk(matMul(unitRows(test, start, TEST_ROWS), references, false, true), count));
      const [values, indices] = await Promise.all([found.values.data(), found.indices.data()]);
      dispose([found.values, found.indices]);
      for (let i = 0; i < values.length / count; i++) {
        const here = Array.from({ length: count }, (_, j) => ({
          index: from + indices[i * count + j]!,
          similarity: values[i * count + j]!,
        }));
        const before = nearest[start + i]!;
        nearest[start + i] = before.length === 0 ? here : merge(before, here, k);
      }
    }
    references.dispose();
  }
  return nearest;
}

/** The k most similar of two lists that are in order. */
function merge(a: readonly Neighbour[], b: readonly Neighbour[], k: number): Neighbour[] {
  return [...a, ...b].sort((x, y) => y.similarity - x.similarity || x.index - y.index).slice(0, k);
}

/** Rows from `start` on, scaled to length 1; a row of zeros stays one. */
function unitRows({ features, dim, size }: LabelledFeatures, start: number, most: number): Tensor2D {
  const rows = features.slice(start * dim, Math.min(size, start + most) * dim);
  for (let at = 0; at < rows.length; at += dim) {
    const row = rows.subarray(at, at + dim);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) row.forEach((value, d) => (row[d] = value / length));
  }
  return tensor2d(rows, [rows.length / dim, dim]);
}

/** The most frequent class, of equally frequent ones the first. */
function vote(labels: readonly number[]): number {
  const votes = new Map<number, number>();
  for (const label of labels) votes.set(label, (votes.get(label) ?? 0) + 1);
  return [...votes].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}
