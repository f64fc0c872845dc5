import { ConfigError } from '@d2v/core';
import type { FeatureSet } from '../features/index.js';

/** Features with a class for each sample. */
export interface LabelledFeatures {
  /** (N, D), row by row. */
  readonly features: Float32Array;
  readonly size: number;
  readonly dim: number;
  readonly labels: Int32Array;
}

/** Training and test features of one probe. */
export interface ProbeData {
  readonly train: LabelledFeatures;
  readonly test: LabelledFeatures;
  /** Number of classes. */
  readonly classes: number;
}

/**
 * Checks that two feature sets fit together.
 *
 * @throws ConfigError when one has no samples or labels, values are not finite, there are fewer than two classes, or the
 * sets differ in width
 */
export function probeData(train: FeatureSet, test: FeatureSet): ProbeData {
  const data = { train: labelled(train, 'training'), test: labelled(test, 'test') };
  if (train.dim !== test.dim) {
    throw new ConfigError(`probe: ${train.dim} training features a sample, but ${test.dim} test features`);
  }
  const names = train.classes?.length ?? 0;
  const classes = [data.train, data.test].reduce(
    (most, { labels }) => labels.reduce((a, b) => Math.max(a, b + 1), most),
    names,
  );
  if (new Set(data.train.labels).size < 2) {
    throw new ConfigError('probe: the training data have fewer than two classes', {
      hint: 'give training data with labels of at least two classes',
    });
  }
  return { ...data, classes };
}

function labelled({ features, size, dim, labels, names }: FeatureSet, what: string): LabelledFeatures {
  if (size === 0) throw new ConfigError(`probe: the ${what} data are empty`);
  if (!labels) {
    throw new ConfigError(`probe: the ${what} data have no labels`, {
      hint: 'a probe needs labelled training and test data: a folder with a subfolder for each class, or a label file',
    });
  }
  const wrong = features.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new ConfigError(`probe: a feature of ${names[Math.floor(wrong / dim)]} is ${features[wrong]}`, {
      hint: 'the weights are broken, or the sample is; look at both',
    });
  }
  return { features, size, dim, labels };
}
