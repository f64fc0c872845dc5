/** ln of the probability of an unknown word where the model has no `<unk>`: as good as never. */
const NEVER = -100 * Math.LN10;

/** One listed n-gram in a file. */
export interface NgramEntry {
  readonly words: readonly string[];
  /** ln P(last word | the words before). */
  readonly logProbability: number;
  /** ln of the back-off weight of contexts that end here; 0 where there is none. */
  readonly backoff: number;
}

/**
 * A back-off n-gram model (Katz 1987):
 *
 *     P(w | c) = p(c w) where the n-gram c w is listed, else b(c)·P(w | c without its first word), b = 1 for unlisted c
 *
 * n-grams are nodes of a tree that grows by the last word; the root is the empty n-gram. A state is the longest listed
 * n-gram that the words so far end with, at most order − 1 long: all that later probabilities depend on.
 */
export class NgramModel {
  readonly #words = new Map<string, number>();
  /** By length of the n-gram: (node of the context · VOCABULARY_LIMIT + word) → node. */
  readonly #nodes: Map<number, number>[] = [];
  /** Of each node. */
  readonly #logProbability: number[] = [0];
  readonly #backoff: number[] = [0];
  readonly #length: number[] = [0];
  /** The longest listed n-gram that a node's n-gram ends with, itself left out. */
  readonly #suffix: number[] = [0];

  /** @param order words of the longest n-gram */
  constructor(readonly order: number) {}

  /** Number of different words, markers included. */
  get size(): number {
    return this.#words.size;
  }

  /**
   * Lists an n-gram. All shorter n-grams must have been added before.
   *
   * @returns a problem, or nothing: the n-gram is there already, or its context is not
   */
  add({ words, logProbability, backoff }: NgramEntry): string | undefined {
    const last = words[words.length - 1]!;
    if (words.length === 1 && !this.#words.has(last)) this.#words.set(last, this.#words.size);
    const context = this.#find(words.slice(0, -1));
    const word = this.#words.get(last);
    if (context === undefined) return `'${words.slice(0, -1).join(' ')}' is not among the ${words.length - 1}-grams`;
    if (word === undefined) return `'${last}' is not among the 1-grams`;
    if (this.#child(context, word) !== undefined) return `'${words.join(' ')}' is listed twice`;
    const node = this.#logProbability.length;
    (this.#nodes[words.length] ??= new Map()).set(context * VOCABULARY_LIMIT + word, node);
    this.#logProbability.push(logProbability);
    this.#backoff.push(backoff);
    this.#length.push(words.length);
    this.#suffix.push(this.#longest(context, word));
    return undefined;
  }

  has(word: string): boolean {
    return this.#words.has(word);
  }

  /** The state at the beginning of a sentence. */
  get start(): number {
    const marker = this.#words.get('<s>');
    return marker === undefined || this.order === 1 ? 0 : this.#child(0, marker)!;
  }

  /**
   * ln P(word | the words that led to `state`), and the state after it. An unknown word counts as `<unk>`, where the
   * model has one, else as 10^-100; what follows it has no context.
   */
  score(state: number, word: string): { readonly state: number; readonly score: number } {
    const index = this.#words.get(word) ?? this.#words.get('<unk>');
    if (index === undefined) return { state: 0, score: NEVER };
    let penalty = 0;
    for (let context = state; ; context = this.#suffix[context]!) {
      const node = this.#child(context, index);
      if (node !== undefined) {
        const next = this.#length[node]! < this.order ? node : this.#suffix[node]!;
        return { state: next, score: penalty + this.#logProbability[node]! };
      }
      penalty += this.#backoff[context]!;
    }
  }

  /** ln P(end of sentence | the words that led to `state`); 0 for a model without `</s>`. */
  finish(state: number): number {
    return this.#words.has('</s>') ? this.score(state, '</s>').score : 0;
  }

  #find(words: readonly string[]): number | undefined {
    let node: number | undefined = 0;
    for (const word of words) {
      const index = this.#words.get(word);
      node = node === undefined || index === undefined ? undefined : this.#child(node, index);
    }
    return node;
  }

  #child(context: number, word: number): number | undefined {
    return this.#nodes[this.#length[context]! + 1]?.get(context * VOCABULARY_LIMIT + word);
  }

  /** The longest listed n-gram that `context word` ends with, itself left out. */
  #longest(context: number, word: number): number {
    while (context !== 0) {
      context = this.#suffix[context]!;
      const node = this.#child(context, word);
      if (node !== undefined) return node;
    }
    return 0;
  }
}

/** More words than any model has; nodes · this stays a whole double. */
const VOCABULARY_LIMIT = 2 ** 22;
