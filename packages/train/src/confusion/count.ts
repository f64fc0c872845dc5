import { Confusion } from './confusion.js';

/** What was predicted for what, sample by sample. */
export function confusionOf(labels: Int32Array, predicted: Int32Array, classes: number): Confusion {
  const confusion = new Confusion(classes);
  labels.forEach((label, i) => confusion.add(label, predicted[i]!));
  return confusion;
}

/** Counts what is predicted by a task that may, or may not, give each sample one of the classes. */
export class LogitCounter {
  #confusion: Confusion | undefined;

  constructor(readonly classes: number) {}

  /** Absent: nothing could be counted. */
  get confusion(): Confusion | undefined {
    return this.#confusion;
  }

  /**
   * Counts the likeliest class of every row. Logits that are not one row of classes a sample, and labels that are no
   * classes, as those of recognition or regression, count nothing.
   *
   * @param logits (rows, classes)
   */
  add(logits: Float32Array, shape: readonly number[], labels: readonly unknown[]): void {
    const { classes } = this;
    if (shape.length !== 2 || shape[0] !== labels.length || shape[1] !== classes || labels.length === 0) return;
    if (!labels.every((label) => isClass(label, classes))) return;
    this.#confusion ??= new Confusion(classes);
    for (const [i, label] of labels.entries()) {
      const row = logits.subarray(i * classes, (i + 1) * classes);
      this.#confusion.add(label as number, row.indexOf(row.reduce((a, b) => Math.max(a, b))));
    }
  }
}

const isClass = (label: unknown, classes: number): boolean =>
  Number.isInteger(label) && (label as number) >= 0 && (label as number) < classes;
