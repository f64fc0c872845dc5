import type { Filter } from '../item.js';

/** Bits of a fixed-point weight: 8 for the pixel and 2 for overshoot are left of an int32. */
const precision = 32 - 8 - 2;

interface Kernel {
  readonly support: number;
  weight(x: number): number;
}

const kernels: Readonly<Record<Filter, Kernel>> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: catmullRom },
};

/** Keys' cubic with a = −1/2. */
function catmullRom(x: number): number {
  const a = -0.5;
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return (((d - 5) * d + 8) * d - 4) * a;
  return 0;
}

/** The weights of one axis: output `i` is Σ_k weights[i·taps + k] · input[first[i] + k] over `count[i]` inputs. */
export interface Weights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly taps: number;
}

/** Weights that resample `from` inputs to `to` outputs, for the outputs [start, start + length). */
export function axisWeights(from: number, to: number, start: number, length: number, filter: Filter): Weights {
  const kernel = kernels[filter];
  const scale = from / to;
  const stretch = Math.max(1, scale);
  const support = kernel.support * stretch;
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(length);
  const count = new Int32Array(length);
  const weights = new Int32Array(length * taps);
  const exact = new Float64Array(taps);
  for (let i = 0; i < length; i++) {
    const centre = (start + i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(centre - support + 0.5));
    const high = Math.min(from, Math.trunc(centre + support + 0.5));
    let sum = 0;
    for (let k = 0; k < high - low; k++) sum += exact[k] = kernel.weight((low + k - centre + 0.5) / stretch);
    for (let k = 0; k < high - low; k++) {
      const fixed = (exact[k]! / sum) * (1 << precision);
      weights[i * taps + k] = Math.trunc(fixed + (fixed < 0 ? -0.5 : 0.5));
    }
    first[i] = low;
    count[i] = high - low;
  }
  return { first, count, weights, taps };
}

/** The range of inputs that an axis reads. */
export function extent({ first, count }: Weights): readonly [start: number, end: number] {
  const last = first.length - 1;
  return [first[0]!, first[last]! + count[last]!];
}
