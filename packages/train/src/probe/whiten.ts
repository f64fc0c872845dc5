import { principalComponents, project } from '../features/index.js';
import type { ProbeData } from './data.js';

/**
 * Features along the training set's `count` strongest principal components, each with variance 1, so that what varies
 * little weighs as much in a cosine as what varies much. Labels have no part in it. Features that do not vary stay as
 * they are.
 */
export function whiten(data: ProbeData, count: number): ProbeData {
  const { train, test } = data;
  const components = principalComponents(train.features, train.dim, count);
  if (components.variances.length === 0) return data;
  const scales = components.variances.map((variance) => 1 / Math.sqrt(variance));
  const whitened = <T extends ProbeData['train']>(set: T): T => ({
    ...set,
    features: project(set.features, components, scales),
    dim: scales.length,
  });
  return { ...data, train: whitened(train), test: whitened(test) };
}
