import type { HostBatch, HostTensor } from '../encoder/host.js';
import { SampleError } from '../errors.js';
import { noSuchClass } from './class-labels.js';

/** The class numbers of a row that has several labels, or one; undefined for anything else. */
export function labelNumbers(label: unknown): (ArrayLike<number> & Iterable<number>) | undefined {
  if (label instanceof Int32Array) return label;
  return typeof label === 'number' ? [label] : undefined;
}

/**
 * The labels of a batch as (B, classes): 1 where a row has the class, 0 elsewhere. A row may have no label at all.
 *
 * @throws SampleError when a row has no list of labels, or one with a number that is no class
 */
export function multiHot({ labels, names, size }: HostBatch, classes: number): HostTensor {
  const data = new Float32Array(size * classes);
  for (let row = 0; row < size; row++) {
    const name = names?.[row] ?? `sample ${row} of this batch`;
    const numbers = labelNumbers(labels?.[row]);
    if (!numbers) {
      throw new SampleError(name, 'has no list of labels', {
        hint: 'name the column of the lists in `labels` of the reader; an empty list is one, too',
      });
    }
    for (const label of numbers) {
      if (!Number.isInteger(label) || label < 0 || label >= classes) throw noSuchClass(name, label, classes);
      data[row * classes + label] = 1;
    }
  }
  return { data, shape: [size, classes] };
}
