import { Confusion } from './confusion.js';

/** What was predicted for what, sample by sample. */
export function confusionOf(labels: Int32Array, predicted: Int32Array, classes: number): Confusion {
  const confusion = new Confusion(classes);
  labels.forEach((label, i) => confusion.add(label, predicted[i]!));
  return confusion;
}

/**
 * Counts the likeliest class of every row. Logits that are not one row of classes a sample, and labels that are no
 * classes, as those of recognition or regression, count nothing.
 *
 * @param logits (rows, classes)
 */
export function countLogits(
  confusion: Confusion,
  logits: Float32Array,
  shape: readonly number[],
  labels: readonly unknown[],
): void {
  const [rows, classes] = shape;
  if (shape.length !== 2 || rows !== labels.length || classes !== confusion.classes) return;
  if (!labels.every((label) => Number.isInteger(label) && (label as number) >= 0 && (label as number) < classes))
    return;
  labels.forEach((label, i) => {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    confusion.add(label as number, row.indexOf(row.reduce((a, b) => Math.max(a, b))));
  });
}
