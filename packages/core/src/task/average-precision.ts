import type { Evaluation } from '../encoder/task.js';
import { labelNumbers } from './multi-hot.js';

/**
 * Average precision of a ranking, Σₙ (Rₙ − Rₙ₋₁)·Pₙ over the thresholds at its scores, recall R and precision P; samples
 * of one score are taken together, as scikit-learn does. In (0, 1]; NaN where no sample is positive.
 *
 * @param scores higher: sooner taken for positive
 * @param positive which of the samples are, by their places in `scores`
 */
export function averagePrecision(scores: Float32Array, positive: ArrayLike<number>): number {
  const all = scores.slice().sort();
  const hits = Float32Array.from(positive, (place) => scores[place]!).sort();
  let [total, below, missed] = [0, 0, 0];
  for (let i = 0; i < hits.length; i++) {
    while (all[below]! < hits[i]!) below++;
    while (hits[missed]! < hits[i]!) missed++;
    total += (hits.length - missed) / (all.length - below);
  }
  return total / hits.length;
}

/**
 * Mean average precision in percent, the mean over the classes that some sample has; NaN where none has any. Keeps the
 * logits of all samples until `result`.
 */
export class MeanAveragePrecision implements Evaluation {
  readonly #rows: Float32Array[] = [];
  readonly #samples = new Map<number, number[]>();

  /** @param labels of each row the numbers of its classes: one, or a list */
  add(logits: Float32Array, [rows, classes]: readonly [number, number], labels: readonly unknown[]): void {
    for (let row = 0; row < rows; row++) {
      for (const label of labelNumbers(labels[row])!) {
        const samples = this.#samples.get(label);
        if (samples) samples.push(this.#rows.length);
        else this.#samples.set(label, [this.#rows.length]);
      }
      this.#rows.push(logits.slice(row * classes, (row + 1) * classes));
    }
  }

  result(): Record<string, number> {
    let total = 0;
    for (const [label, samples] of this.#samples) {
      total += averagePrecision(
        Float32Array.from(this.#rows, (row) => row[label]!),
        samples,
      );
    }
    return { map: (100 * total) / this.#samples.size };
  }
}
