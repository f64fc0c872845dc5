import type { Normalisation } from '../image/sample.js';
import type { Raster } from '../image/raster.js';

/** 8-bit pixels → (value/255 − mean[c]) / std[c], as a new array of the same layout. */
export function normalise({ data, channels }: Raster, { mean, std }: Normalisation): Float32Array {
  const out = new Float32Array(data.length);
  for (let c = 0; c < channels; c++) {
    const values = Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean[c]!) / std[c]!);
    for (let i = c; i < data.length; i += channels) out[i] = values[data[i]!]!;
  }
  return out;
}
