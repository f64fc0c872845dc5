import type { RandomStream } from '../random/stream.js';

/** Number of masked tokens. */
export function countMasked(mask: Uint8Array): number {
  let count = 0;
  for (const hidden of mask) count += hidden;
  return count;
}

/** Positions of the tokens that are `value`, ascending. */
export function positionsOf(mask: Uint8Array, value: 0 | 1): Int32Array {
  const found: number[] = [];
  mask.forEach((hidden, position) => {
    if (hidden === value) found.push(position);
  });
  return Int32Array.from(found);
}

/** Sets or clears random tokens, in place, until `goal` are masked: each choice uniform, without replacement. */
export function balance(mask: Uint8Array, goal: number, stream: RandomStream): void {
  const surplus = countMasked(mask) - goal;
  if (surplus === 0) return;
  const from = surplus > 0 ? 1 : 0;
  const candidates = positionsOf(mask, from);
  for (const pick of stream.sample(candidates.length, Math.abs(surplus))) mask[candidates[pick]!] = 1 - from;
}
