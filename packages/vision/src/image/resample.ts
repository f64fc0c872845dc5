import { isWhole, whole, type Box, type Size } from './geometry.js';
import type { Filter } from './item.js';
import type { Raster } from './raster.js';

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
interface Weights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly taps: number;
}

/** Weights that resample `from` inputs to `to` outputs, for the outputs [start, start + length). */
function axisWeights(from: number, to: number, start: number, length: number, kernel: Kernel): Weights {
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

const clip = (fixed: number): number => {
  const value = fixed >> precision;
  return value < 0 ? 0 : value > 255 ? 255 : value;
};

/**
 * Crops to `box`, resamples it to `size` and keeps `cut` of the result: bit for bit what PIL's `crop`, `resize` and
 * `crop` give, an antialiased separable filter in 8-bit fixed point, columns first. Always a copy.
 */
export function resample(raster: Raster, size: Size, filter: Filter, parts: { box?: Box; cut?: Box } = {}): Raster {
  const box = parts.box ?? whole(raster);
  const cut = parts.cut ?? whole(size);
  if (box.width === size.width && box.height === size.height) {
    return copy(raster, { ...cut, left: box.left + cut.left, top: box.top + cut.top });
  }
  const rows = axisWeights(box.height, size.height, cut.top, cut.height, kernels[filter]);
  const [top, bottom] = box.height === size.height ? [cut.top, cut.top + cut.height] : extent(rows);
  const strip = { left: box.left, top: box.top + top, width: box.width, height: bottom - top };
  let out: Raster;
  if (box.width === size.width) {
    out = copy(raster, { ...strip, left: box.left + cut.left, width: cut.width });
  } else {
    const columns = axisWeights(box.width, size.width, cut.left, cut.width, kernels[filter]);
    out = horizontally(isWhole(strip, raster) ? raster : copy(raster, strip), columns);
  }
  return box.height === size.height ? out : vertically(out, rows, top);
}

/** The range of inputs that an axis reads. */
function extent({ first, count }: Weights): [number, number] {
  const last = first.length - 1;
  return [first[0]!, first[last]! + count[last]!];
}

/** The pixels of a box, copied. */
export function copy({ data, width, channels }: Raster, box: Box): Raster {
  const out = new Uint8Array(box.width * box.height * channels);
  for (let y = 0; y < box.height; y++) {
    const from = ((box.top + y) * width + box.left) * channels;
    out.set(data.subarray(from, from + box.width * channels), y * box.width * channels);
  }
  return { data: out, width: box.width, height: box.height, channels };
}

function horizontally({ data, width, height, channels }: Raster, { first, count, weights, taps }: Weights): Raster {
  const out = new Uint8Array(first.length * height * channels);
  let o = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < first.length; x++) {
      const from = (y * width + first[x]!) * channels;
      for (let c = 0; c < channels; c++) {
        let sum = 1 << (precision - 1);
        for (let k = 0, i = from + c; k < count[x]!; k++, i += channels) sum += data[i]! * weights[x * taps + k]!;
        out[o++] = clip(sum);
      }
    }
  }
  return { data: out, width: first.length, height, channels };
}

function vertically({ data, width, channels }: Raster, { first, count, weights, taps }: Weights, top: number): Raster {
  const row = width * channels;
  const out = new Uint8Array(first.length * row);
  const sums = new Int32Array(row);
  for (let y = 0; y < first.length; y++) {
    sums.fill(1 << (precision - 1));
    for (let k = 0; k < count[y]!; k++) {
      const weight = weights[y * taps + k]!;
      const from = (first[y]! - top + k) * row;
      for (let i = 0; i < row; i++) sums[i]! += data[from + i]! * weight;
    }
    for (let i = 0; i < row; i++) out[y * row + i] = clip(sums[i]!);
  }
  return { data: out, width, height: first.length, channels };
}
