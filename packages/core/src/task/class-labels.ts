import type { HostBatch } from '../encoder/host.js';
import { ConfigError, SampleError } from '../errors.js';

/** @throws ConfigError when there are fewer than two classes to tell apart */
export function requireClasses(classes: readonly string[], hint: string): void {
  if (classes.length >= 2) return;
  throw new ConfigError(`classification needs at least two classes, the training data has ${classes.length}`, {
    key: 'data.train',
    hint,
  });
}

/**
 * The class number of every row of a batch.
 *
 * @throws SampleError when a row has none, or one that is no class
 */
export function classLabels({ labels, names, size }: HostBatch, classes: readonly string[]): number[] {
  if (labels?.length !== size) throw new SampleError('this batch', 'has samples without labels');
  return labels.map((label, i) => {
    if (typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < classes.length) return label;
    const name = names?.[i] ?? `sample ${i} of this batch`;
    if (label instanceof Int32Array) {
      throw new SampleError(name, `has a list of ${label.length} labels, but one is needed`, {
        hint: 'name a column with one label each in `label` of the reader, or choose a task for several labels',
      });
    }
    throw noSuchClass(name, label, classes.length);
  });
}

/** What is wrong with a sample whose label is no class. */
export function noSuchClass(name: string, label: unknown, classes: number): SampleError {
  return new SampleError(name, `has label ${String(label)}, but there are ${classes} classes`, {
    hint: 'labels count from 0; check the label file, or data.train.classes',
  });
}
