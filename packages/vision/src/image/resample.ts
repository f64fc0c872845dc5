import { isWhole, whole, type Box, type Size } from './geometry.js';
import type { Filter } from './item.js';
import type { Raster } from './raster.js';

/** Bits of a fixed-point weight: 8 for the pixel and 2 for overshoot are left of an int32. */
const precision = 32 - 8 - 2;
const half = 1 << (precision - 1);

const clip = (fixed: number): number => {
  const value = fixed >> precision;
  return value < 0 ? 0 : value > 255 ? 255 : value;
};

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
  const columns = axisWeights(box.width, size.width, cut.left, cut.width, kernels[filter]);
  const rows = axisWeights(box.height, size.height, cut.top, cut.height, kernels[filter]);
  const [top, bottom] = extent(rows);
  const strip = { left: box.left, top: box.top + top, width: box.width, height: bottom - top };
  const filtered = filterTransposed(isWhole(strip, raster) ? raster : copy(raster, strip), columns);
  return filterTransposed(filtered, { ...rows, first: rows.first.map((row) => row - top) });
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

/**
 * Filters along the rows and swaps rows and columns: done twice, both axes are filtered and the picture is upright again.
 */
function filterTransposed({ data, width, height, channels }: Raster, { first, count, weights, taps }: Weights): Raster {
  const out = new Uint8Array(first.length * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < first.length; x++) {
      const end = x * taps + count[x]!;
      let from = (y * width + first[x]!) * channels;
      let to = (x * height + y) * channels;
      if (channels === 1) {
        let grey = half;
        for (let k = x * taps; k < end; k++) grey = (grey + Math.imul(data[from++]!, weights[k]!)) | 0;
        out[to] = clip(grey);
        continue;
      }
      let red = half;
      let green = half;
      let blue = half;
      for (let k = x * taps; k < end; k++) {
        const weight = weights[k]!;
        red = (red + Math.imul(data[from++]!, weight)) | 0;
        green = (green + Math.imul(data[from++]!, weight)) | 0;
        blue = (blue + Math.imul(data[from++]!, weight)) | 0;
      }
      out[to++] = clip(red);
      out[to++] = clip(green);
      out[to] = clip(blue);
    }
  }
  return { data: out, width: height, height: first.length, channels };
}
