import type { Raster } from '../../image/raster.js';

/** Operations on the values of single pixels, as in PIL's ImageOps; in place, per channel. */

/** Stretches each channel to the full range. */
export function autoContrast(raster: Raster): void {
  perChannel(raster, (histogram) => {
    const low = histogram.findIndex((count) => count > 0);
    const high = histogram.findLastIndex((count) => count > 0);
    if (high <= low) return identity;
    const scale = 255 / (high - low);
    return table((value) => Math.trunc(value * scale - low * scale));
  });
}

/** Flattens each channel's histogram. */
export function equalise(raster: Raster): void {
  perChannel(raster, (histogram) => {
    const used = histogram.filter((count) => count > 0);
    const step = Math.floor((used.reduce((sum, count) => sum + count, 0) - (used.at(-1) ?? 0)) / 255);
    if (used.length <= 1 || step === 0) return identity;
    let below = Math.floor(step / 2);
    return table((value) => {
      const level = Math.floor(below / step);
      below += histogram[value]!;
      return level;
    });
  });
}

export const invert = (raster: Raster): void => map(raster, (value) => 255 - value);

/** Keeps the `bits` highest bits of every value. */
export function posterise(raster: Raster, bits: number): void {
  const mask = 256 - 2 ** (8 - bits);
  map(raster, (value) => value & mask);
}

/** Inverts the values from `threshold` up. */
export const solarise = (raster: Raster, threshold: number): void =>
  map(raster, (value) => (value < threshold ? value : 255 - value));

/** Adds to the values below 128. */
export const solariseAdd = (raster: Raster, add: number): void =>
  map(raster, (value) => (value < 128 ? value + add : value));

type Table = Uint8ClampedArray;

const table = (level: (value: number) => number): Table =>
  Uint8ClampedArray.from({ length: 256 }, (_, value) => level(value));

const identity = table((value) => value);

function map(raster: Raster, level: (value: number) => number): void {
  const lookup = table(level);
  for (let i = 0; i < raster.data.length; i++) raster.data[i] = lookup[raster.data[i]!]!;
}

function perChannel({ data, channels }: Raster, tableOf: (histogram: readonly number[]) => Table): void {
  for (let c = 0; c < channels; c++) {
    const histogram = new Array<number>(256).fill(0);
    for (let i = c; i < data.length; i += channels) histogram[data[i]!]!++;
    const lookup = tableOf(histogram);
    for (let i = c; i < data.length; i += channels) data[i] = lookup[data[i]!]!;
  }
}
