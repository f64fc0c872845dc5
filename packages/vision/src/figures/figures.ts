import { ShapeError, type Figures } from '@d2v/core';
import type { Raster } from '../image/raster.js';
import type { ImageSample } from '../image/sample.js';
import { patchGrid, tokenAt } from './grid.js';
import { picture } from './picture.js';
import { imageTag } from './png.js';

/** What a masked patch looks like. */
const hidden = 128;

/** Pictures of images for the report: the image, its masked patches in grey, its patches in their features' colours. */
export const imageFigures: Figures<ImageSample> = {
  sample: (sample) => imageTag(picture(sample), sample.name),

  masked(sample, mask) {
    const raster = picture(sample);
    const grid = patchGrid(sample, mask.length);
    eachPixel(raster, (x, y, i) => {
      if (mask[tokenAt(grid, x, y)]) raster.data.fill(hidden, i, i + raster.channels);
    });
    return imageTag(raster, `${sample.name}, masked`);
  },

  tokens(sample, rgb) {
    if (rgb.length % 3 !== 0) throw new ShapeError(`figures: 3 values a token are needed, got ${rgb.length} values`);
    const { width, height } = sample;
    const grid = patchGrid(sample, rgb.length / 3);
    const raster: Raster = { data: new Uint8Array(width * height * 3), width, height, channels: 3 };
    const colours = Uint8ClampedArray.from(rgb, (value) => value * 255);
    eachPixel(raster, (x, y, i) => {
      const token = tokenAt(grid, x, y);
      raster.data.set(colours.subarray(3 * token, 3 * token + 3), i);
    });
    return imageTag(raster, `${sample.name}, features`);
  },
};

function eachPixel({ width, height, channels }: Raster, visit: (x: number, y: number, index: number) => void): void {
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i += channels) visit(x, y, i);
}
