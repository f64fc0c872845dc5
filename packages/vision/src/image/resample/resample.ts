import { whole, type Box, type Size } from '../geometry.js';
import type { Filter } from '../item.js';
import type { Raster } from '../raster.js';
import { filter as filtered } from './filter.js';
import { axisWeights, extent } from './weights.js';

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
  const columns = axisWeights(box.width, size.width, cut.left, cut.width, filter);
  const rows = axisWeights(box.height, size.height, cut.top, cut.height, filter);
  const [top, bottom] = extent(rows);
  const strip = { left: box.left, top: box.top + top, width: box.width, height: bottom - top };
  return filtered(raster, strip, columns, { ...rows, first: rows.first.map((row) => row - top) });
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
