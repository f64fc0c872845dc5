/** Counts of (true class, predicted class), from which the metrics of a classification follow. */
export class ClassificationCounts {
  /** (classes·classes), row = true class. */
  readonly counts: Float64Array;

  constructor(readonly classes: number) {
    this.counts = new Float64Array(classes * classes);
  }

  add(label: number, predicted: number): void {
    this.counts[label * this.classes + predicted]!++;
  }

  /** Share of right predictions. */
  accuracy(): number {
    return this.#sum((truth, predicted) => truth === predicted) / this.#sum(() => true);
  }

  /**
   * F1 of class 1 where there are two, else the mean of the classes' F1; 0 for a class that neither occurs nor is
   * predicted.
   */
  f1(): number {
    if (this.classes === 2) return this.#f1Of(1);
    let total = 0;
    for (let c = 0; c < this.classes; c++) total += this.#f1Of(c);
    return total / this.classes;
  }

  /** Matthews correlation of any number of classes (Gorodkin 2004); 0 where one side is constant. */
  matthews(): number {
    const samples = this.#sum(() => true);
    const right = this.#sum((truth, predicted) => truth === predicted);
    let [cross, truths, predictions] = [0, 0, 0];
    for (let c = 0; c < this.classes; c++) {
      const truth = this.#sum((label) => label === c);
      const predicted = this.#sum((_, guess) => guess === c);
      cross += truth * predicted;
      truths += truth * truth;
      predictions += predicted * predicted;
    }
    const spread = Math.sqrt((samples * samples - predictions) * (samples * samples - truths));
    return spread === 0 ? 0 : (right * samples - cross) / spread;
  }

  #f1Of(c: number): number {
    const truth = this.#sum((label) => label === c);
    const predicted = this.#sum((_, guess) => guess === c);
    const right = this.#sum((label, guess) => label === c && guess === c);
    return truth + predicted === 0 ? 0 : (2 * right) / (truth + predicted);
  }

  #sum(counts: (truth: number, predicted: number) => boolean): number {
    let total = 0;
    for (let i = 0; i < this.counts.length; i++) {
      if (counts(Math.floor(i / this.classes), i % this.classes)) total += this.counts[i]!;
    }
    return total;
  }
}
