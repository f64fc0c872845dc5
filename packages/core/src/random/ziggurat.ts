import type { RandomStream } from './stream.js';

const { abs, exp } = Math; // local, as in stream.ts

/*
 * The normal density under a stack of 128 slices of equal area (Marsaglia and Tsang 2000; Doornik 2005). Slice i spans
 * |x| < edge[i]; what falls within edge[i + 1] is surely under the curve. Slice and position take disjoint bits of the
 * word, without which the original method's output is not independent (Doornik 2005, §2).
 */
const SLICES = 128;
/** Where the tail begins, and the area of a slice. */
const TAIL = 3.442619855899;
const AREA = 9.91256303526217e-3;

const density = (x: number): number => exp(-0.5 * x * x);

const edge = new Float64Array(SLICES + 1);
edge[0] = AREA / density(TAIL);
edge[1] = TAIL;
for (let i = 2; i < SLICES; i++) edge[i] = Math.sqrt(-2 * Math.log(AREA / edge[i - 1]! + density(edge[i - 1]!)));

/**
 * A standard normal value from 32 random bits: 7 choose the slice, 25 the position in it. In 1.2 % of the cases the
 * bits do not decide, and more are drawn from `stream`. Positions have 25 bits, enough for float32.
 */
export function ziggurat(word: number, stream: RandomStream): number {
  for (;;) {
    const slice = word & (SLICES - 1);
    const position = ((word >> 7) + 0.5) / 16777216; // in (-1, 1), symmetric
    const x = position * edge[slice]!;
    const inner = edge[slice + 1]!;
    if (abs(x) < inner) return x;
    if (slice === 0) return position < 0 ? -tail(stream) : tail(stream);
    const high = density(inner);
    const low = density(edge[slice]!);
    if (low + stream.uniform() * (high - low) < density(x)) return x;
    word = stream.bits();
  }
}

/** A normal value beyond TAIL (Marsaglia 1964). */
function tail(stream: RandomStream): number {
  for (;;) {
    const x = -Math.log(1 - stream.uniform()) / TAIL;
    const y = -Math.log(1 - stream.uniform());
    if (2 * y >= x * x) return TAIL + x;
  }
}
