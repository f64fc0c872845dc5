/** Lower-case words of letters and digits. */
export const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * Multinomial naive Bayes over words: P(c | text) ∝ P(c)·Π P(word | c), with P(word | c) = (n(word, c) + α)/(n(c) + α·V),
 * V the number of distinct words. Words that training has not seen are passed over.
 */
export class NaiveBayes {
  readonly #words = new Map<string, Float64Array>();
  readonly #perClass: Float64Array;
  readonly #texts: Float64Array;

  constructor(
    readonly classes: number,
    readonly alpha = 1,
  ) {
    this.#perClass = new Float64Array(classes);
    this.#texts = new Float64Array(classes);
  }

  add(text: string, label: number): void {
    this.#texts[label]!++;
    for (const word of wordsOf(text)) {
      let counts = this.#words.get(word);
      if (!counts) this.#words.set(word, (counts = new Float64Array(this.classes)));
      counts[label]!++;
      this.#perClass[label]!++;
    }
  }

  /** log P(c)·P(text | c) of every class, up to a constant. */
  scores(text: string): Float64Array {
    const scores = this.#texts.map((texts) => Math.log(texts));
    for (const word of wordsOf(text)) {
      const counts = this.#words.get(word);
      if (!counts) continue;
      for (let c = 0; c < this.classes; c++) {
        const total = this.#perClass[c]! + this.alpha * this.#words.size;
        scores[c]! += Math.log((counts[c]! + this.alpha) / total);
      }
    }
    return scores;
  }

  /** The most probable class. */
  classify(text: string): number {
    const scores = this.scores(text);
    return scores.indexOf(scores.reduce((most, score) => Math.max(most, score)));
  }
}
