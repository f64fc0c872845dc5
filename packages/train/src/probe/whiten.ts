import { whitener } from '../features/index.js';
import type { ProbeData } from './data.js';

/** A probe's features, whitened by its training set; labels have no part in it. Features that do not vary stay as they are. */
export function whiten(data: ProbeData, count: number): ProbeData {
  const { train, test } = data;
  const white = whitener(train.features, train.dim, count);
  if (!white) return data;
  const whitened = <T extends ProbeData['train']>(set: T): T => ({
    ...set,
    features: white.apply(set.features),
    dim: white.dim,
  });
  return { ...data, train: whitened(train), test: whitened(test) };
}
