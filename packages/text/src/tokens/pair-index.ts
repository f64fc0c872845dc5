import { grown } from './word-table.js';

/** Numbers pairs of tokens in the order of their first occurrence. */
export class PairIndex {
  size = 0;
  /** Tokens of each pair. */
  left = new Int32Array(2 ** 12);
  right = new Int32Array(2 ** 12);
  /** Open addressing: 1 + the number of a pair, or 0. At most half of the slots are taken. */
  #slots = new Int32Array(2 ** 13);

  /** The number of a pair, or −1. */
  find(left: number, right: number): number {
    return this.#slots[this.#slot(left, right)]! - 1;
  }

  /** The number of a pair; a new one gets the number `size`, which grows. */
  number(left: number, right: number): number {
    const slot = this.#slot(left, right);
    const known = this.#slots[slot]!;
    if (known > 0) return known - 1;
    const pair = this.size++;
    if (pair === this.left.length) {
      this.left = grown(this.left, new Int32Array(2 * pair));
      this.right = grown(this.right, new Int32Array(2 * pair));
    }
    this.left[pair] = left;
    this.right[pair] = right;
    this.#slots[slot] = this.size;
    if (2 * this.size >= this.#slots.length) this.#rehash();
    return pair;
  }

  /** The slot of a pair, or the empty one that it would take. */
  #slot(left: number, right: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOf(left, right) & mask;
    for (let taken = slots[slot]!; taken > 0; taken = slots[slot]!) {
      if (this.left[taken - 1] === left && this.right[taken - 1] === right) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    for (let pair = 0; pair < this.size; pair++) {
      this.#slots[this.#slot(this.left[pair]!, this.right[pair]!)] = pair + 1;
    }
  }
}

function hashOf(left: number, right: number): number {
  const hash = Math.imul(Math.imul(left, 0x9e3779b1) ^ right, 0x85ebca6b);
  return hash ^ (hash >>> 15);
}
