import type { Evaluation } from '../encoder/task.js';

/** Top-1 and top-5 accuracy in percent, and the mean over classes of their accuracies. */
export class Accuracy implements Evaluation {
  readonly #right = new Map<number, number>();
  readonly #total = new Map<number, number>();
  #first = 0;
  #firstFive = 0;
  #samples = 0;

  add(logits: Float32Array, [rows, classes]: readonly [number, number], labels: readonly unknown[]): void {
    for (let row = 0; row < rows; row++) {
      const label = labels[row] as number;
      const own = logits[row * classes + label]!;
      let above = 0;
      for (let c = 0; c < classes; c++) if (logits[row * classes + c]! > own) above++;
      this.#samples++;
      this.#total.set(label, (this.#total.get(label) ?? 0) + 1);
      if (above < 5) this.#firstFive++;
      if (above > 0) continue;
      this.#first++;
      this.#right.set(label, (this.#right.get(label) ?? 0) + 1);
    }
  }

  result(): Record<string, number> {
    const perClass = [...this.#total].map(([label, total]) => (this.#right.get(label) ?? 0) / total);
    return {
      accuracy: (100 * this.#first) / this.#samples,
      accuracy_top5: (100 * this.#firstFive) / this.#samples,
      accuracy_per_class: (100 * perClass.reduce((sum, share) => sum + share, 0)) / perClass.length,
    };
  }
}
