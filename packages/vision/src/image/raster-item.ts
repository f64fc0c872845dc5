import { withChannels, flipHorizontally, type Raster } from './raster.js';
import type { ImageItem, View } from './item.js';
import { resample } from './resample/index.js';

/** An image whose pixels are in memory already. `raster` is only read. */
export function rasterItem(name: string, raster: Raster, label?: number): ImageItem {
  return {
    name,
    ...(label === undefined ? {} : { label }),
    width: raster.width,
    height: raster.height,
    pixels: (view) => Promise.resolve(viewOf(raster, view)),
  };
}

/** A view of decoded pixels, as a copy. */
export function viewOf(raster: Raster, { box, size, cut, channels, filter, flip }: View): Raster {
  const out = withChannels(resample(raster, size, filter, { ...(box && { box }), ...(cut && { cut }) }), channels);
  if (flip) flipHorizontally(out);
  return out;
}
