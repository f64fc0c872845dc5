import type { Normalisation } from '../image/sample.js';
import type { Raster } from '../image/raster.js';

/** 8-bit pixels → (value/255 − mean[c]) / std[c], as a new array of the same layout. */
export function normalise({ data, channels }: Raster, { mean, std }: Normalisation): Float32Array {
  const table = new Float32Array(channels * 256);
  for (let i = 0; i < table.length; i++) {
    const c = i >> 8;
    table[i] = ((i & 255) / 255 - mean[c]!) / std[c]!;
  }
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += channels) {
    for (let c = 0; c < channels; c++) out[i + c] = table[(c << 8) | data[i + c]!]!;
  }
  return out;
}
