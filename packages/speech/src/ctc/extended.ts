/*
 * Path probabilities leave the range of doubles after a few hundred frames, and logarithms of sums are slow. So a number
 * is kept as m·2^(512·e), m < 2^258, with a whole e, and 0 as m = 0, e = −∞: as exact as log-space in double precision,
 * without a logarithm or an exponential in an inner loop.
 */
const UP = 2 ** 512;
const DOWN = 2 ** -512;
const HIGH = 2 ** 256;
const LOW = 2 ** -256;
/** ln 2^512 */
const STEP = 512 * Math.LN2;
/** Logarithms below this count as −∞: e would no longer be exact. */
const SMALLEST_LOG = -1e12;

/** Numbers ≥ 0 with a range far beyond that of doubles; number i is mantissa[i]·2^(512·exponent[i]). */
export interface Extended {
  readonly mantissa: Float64Array;
  readonly exponent: Float64Array;
}

/** `size` zeros. */
export function zeros(size: number): Extended {
  return { mantissa: new Float64Array(size), exponent: new Float64Array(size).fill(-Infinity) };
}

/** Sets the numbers of [from, to) to 0. */
export function clear({ mantissa, exponent }: Extended, from: number, to: number): void {
  mantissa.fill(0, from, to);
  exponent.fill(-Infinity, from, to);
}

/** values[i] = e^log, for log ≤ 0. */
export function setExp({ mantissa, exponent }: Extended, i: number, log: number): void {
  if (log < SMALLEST_LOG) {
    mantissa[i] = 0;
    exponent[i] = -Infinity;
    return;
  }
  const e = Math.ceil(log / STEP);
  mantissa[i] = Math.exp(log - e * STEP);
  exponent[i] = e;
}

/** ln values[i] */
export function log({ mantissa, exponent }: Extended, i: number): number {
  return mantissa[i] === 0 ? -Infinity : Math.log(mantissa[i]!) + exponent[i]! * STEP;
}

/** values[o] = values[a] + values[b] */
export function add2({ mantissa, exponent }: Extended, a: number, b: number, o: number): void {
  let m = mantissa[a]!;
  let e = exponent[a]!;
  const gap = exponent[b]! - e;
  if (gap === 0) m += mantissa[b]!;
  else if (gap === -1) m += mantissa[b]! * DOWN;
  else if (gap > 0) {
    m = gap === 1 ? m * DOWN + mantissa[b]! : mantissa[b]!;
    e = exponent[b]!;
  }
  mantissa[o] = m;
  exponent[o] = e;
}

/** values[i] ·= factors[j], for factors ≤ 1. */
export function scale({ mantissa, exponent }: Extended, i: number, factors: Extended, j: number): void {
  let m = mantissa[i]! * factors.mantissa[j]!;
  let e = exponent[i]! + factors.exponent[j]!;
  if (m < LOW) {
    m *= UP;
    e -= 1;
  } else if (m >= HIGH) {
    m *= DOWN;
    e += 1;
  }
  mantissa[i] = m;
  exponent[i] = e;
}

/** a[i]·b[j] / total[k] as a double, for quotients ≤ 1. */
export function share(a: Extended, i: number, b: Extended, j: number, total: Extended, k: number): number {
  const e = a.exponent[i]! + b.exponent[j]! - total.exponent[k]!;
  if (!(e >= -1)) return 0; // 0, or below 2^-250
  const m = (a.mantissa[i]! * b.mantissa[j]!) / total.mantissa[k]!;
  return e === 0 ? m : e === -1 ? m * DOWN : m * UP;
}
