import { IGNORED } from './token-cross-entropy.js';

/** The class with the highest logit of a row. */
export function bestOf(logits: Float32Array, start: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (logits[start + c]! > logits[start + best]!) best = c;
  return best;
}

/** Counts how tokens are classified; ignored ones do not count. */
export class TokenScores {
  #right = 0;
  #total = 0;
  #loss = 0;

  /** @param labels one a row of the logits */
  add(logits: Float32Array, classes: number, labels: ArrayLike<number>): void {
    for (let row = 0; row < labels.length; row++) {
      const label = labels[row]!;
      if (label === IGNORED) continue;
      const start = row * classes;
      const best = bestOf(logits, start, classes);
      let sum = 0;
      for (let c = 0; c < classes; c++) sum += Math.exp(logits[start + c]! - logits[start + best]!);
      this.#loss += Math.log(sum) + logits[start + best]! - logits[start + label]!;
      this.#total++;
      if (best === label) this.#right++;
    }
  }

  /** Share of right tokens. */
  get accuracy(): number {
    return this.#right / this.#total;
  }

  /** Mean cross entropy in nats. */
  get meanLoss(): number {
    return this.#loss / this.#total;
  }
}
