/** What was predicted for what: counts, and the accuracies that follow from them. */
export class Confusion {
  /** Row by row: samples of class `row` that were taken for class `column`. */
  readonly counts: readonly (readonly number[])[];
  readonly #counts: number[][];

  constructor(readonly classes: number) {
    this.#counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
    this.counts = this.#counts;
  }

  add(label: number, predicted: number, samples = 1): void {
    this.#counts[label]![predicted]! += samples;
  }

  get samples(): number {
    return this.#counts.flat().reduce((sum, count) => sum + count, 0);
  }

  /** Share of right predictions in percent; NaN without samples. */
  get accuracy(): number {
    const right = this.#counts.reduce((sum, row, label) => sum + row[label]!, 0);
    return (100 * right) / this.samples;
  }

  /** The same for each class; undefined for a class without samples. */
  get perClass(): (number | undefined)[] {
    return this.#counts.map((row, label) => {
      const total = row.reduce((sum, count) => sum + count, 0);
      return total === 0 ? undefined : (100 * row[label]!) / total;
    });
  }
}
