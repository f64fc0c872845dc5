/** Numbers distinct words in the order of their first occurrence, without a string for every occurrence. */
export class WordTable {
  /** Distinct words so far. */
  size = 0;
  /** The words' UTF-16 code units, one word after another. */
  #units = new Uint16Array(2 ** 12);
  /** Where each word begins in `#units`; one more entry than words. */
  #starts = new Float64Array(2 ** 9);
  #hashes = new Int32Array(2 ** 9);
  /** Open addressing: 1 + the number of a word, or 0. At most half of the slots are taken. */
  #slots = new Int32Array(2 ** 10);

  /** The number of `text.slice(from, to)`; a word that is not there yet gets the number `size`, which grows. */
  number(text: string, from: number, to: number): number {
    let hash = 0;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x9e3779b1);
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let taken = this.#slots[slot]!; taken > 0; taken = this.#slots[slot]!) {
      if (this.#hashes[taken - 1] === hash && this.#is(taken - 1, text, from, to)) return taken - 1;
      slot = (slot + 1) & mask;
    }
    this.#add(text, from, to, hash);
    this.#slots[slot] = this.size;
    if (2 * this.size > mask) this.#rehash();
    return this.size - 1;
  }

  /** The word of a number. */
  word(number: number): string {
    const units = this.#units.subarray(this.#starts[number], this.#starts[number + 1]);
    let word = '';
    for (let at = 0; at < units.length; at += 4096) word += String.fromCharCode(...units.subarray(at, at + 4096));
    return word;
  }

  #is(number: number, text: string, from: number, to: number): boolean {
    const start = this.#starts[number]!;
    if (this.#starts[number + 1]! - start !== to - from) return false;
    for (let i = from, at = start; i < to; i++, at++) if (this.#units[at] !== text.charCodeAt(i)) return false;
    return true;
  }

  #add(text: string, from: number, to: number, hash: number): void {
    const start = this.#starts[this.size]!;
    const end = start + to - from;
    if (end > this.#units.length) this.#units = grown(this.#units, new Uint16Array(Math.max(end, 2 * start)));
    for (let i = from, at = start; i < to; i++, at++) this.#units[at] = text.charCodeAt(i);
    if (this.size + 2 > this.#starts.length) this.#starts = grown(this.#starts, new Float64Array(2 * this.size + 2));
    if (this.size === this.#hashes.length) this.#hashes = grown(this.#hashes, new Int32Array(2 * this.size));
    this.#hashes[this.size++] = hash;
    this.#starts[this.size] = end;
  }

  #rehash(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let number = 0; number < this.size; number++) {
      let slot = this.#hashes[number]! & mask;
      while (slots[slot]! > 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

/** The larger array with the smaller one's values. */
export function grown<T extends Uint16Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
