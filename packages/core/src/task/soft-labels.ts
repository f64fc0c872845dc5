import { SampleError, ShapeError } from '../errors.js';

/**
 * Labels as distributions (N, classes): 1 − smoothing + smoothing/classes on the label, smoothing/classes elsewhere.
 * @throws SampleError when a label is not an integer in [0, classes)
 */
export function softLabels(labels: readonly number[], classes: number, smoothing: number): Float32Array {
  if (classes < 1) throw new ShapeError(`softLabels: at least 1 class is needed, got ${classes}`);
  const out = new Float32Array(labels.length * classes).fill(smoothing / classes);
  labels.forEach((label, row) => {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new SampleError(`row ${row} of the batch`, `label ${label} is not a class in [0, ${classes})`, {
        hint: 'train and validation data must have the same classes',
      });
    }
    out[row * classes + label] = 1 - smoothing + smoothing / classes;
  });
  return out;
}
