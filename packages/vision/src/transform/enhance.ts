import { luma, type Raster } from '../image/raster.js';

/**
 * PIL's ImageEnhance: `factor` 0 gives a degenerate image, 1 the image itself, more than 1 goes beyond it. All work in
 * place, with PIL's float32 arithmetic and rounding towards zero.
 */
export type Enhance = (raster: Raster, factor: number) => void;

/** Towards black. */
export const brightness: Enhance = ({ data }, factor) => blendWithGrey(data, factor, 0);

/** Towards the mean grey. */
export const contrast: Enhance = (raster, factor) => {
  blendWithGrey(raster.data, factor, Math.trunc(meanLuma(raster) + 0.5));
};

/** Saturation: towards grey. Leaves a grey image as it is. */
export const colour: Enhance = ({ data, channels }, factor) => {
  if (channels === 1) return;
  for (let i = 0; i < data.length; i += 3) {
    const grey = luma(data[i]!, data[i + 1]!, data[i + 2]!);
    for (let c = i; c < i + 3; c++) data[c] = blend(grey, data[c]!, factor);
  }
};

/** Towards the image smoothed by the kernel [1 1 1; 1 5 1; 1 1 1] / 13; its outermost pixels are not smoothed. */
export const sharpness: Enhance = (raster, factor) => {
  const smooth = smoothed(raster);
  for (let i = 0; i < smooth.length; i++) raster.data[i] = blend(smooth[i]!, raster.data[i]!, factor);
};

function blendWithGrey(data: Uint8Array, factor: number, grey: number): void {
  const table = Uint8Array.from({ length: 256 }, (_, value) => blend(grey, value, factor));
  for (let i = 0; i < data.length; i++) data[i] = table[data[i]!]!;
}

/** PIL's `Image.blend`: from + factor · (to − from), clipped. */
function blend(from: number, to: number, factor: number): number {
  const value = Math.fround(from + Math.fround(Math.fround(factor) * (to - from)));
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
}

function meanLuma({ data, channels }: Raster): number {
  let sum = 0;
  if (channels === 1) for (const value of data) sum += value;
  else for (let i = 0; i < data.length; i += 3) sum += luma(data[i]!, data[i + 1]!, data[i + 2]!);
  return sum / (data.length / channels);
}

function smoothed({ data, width, height, channels }: Raster): Uint8Array {
  const out = data.slice();
  const row = width * channels;
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * row + channels; i < (y + 1) * row - channels; i++) {
      const above = i - row;
      const below = i + row;
      const sum =
        data[above - channels]! +
        data[above]! +
        data[above + channels]! +
        data[i - channels]! +
        5 * data[i]! +
        data[i + channels]! +
        data[below - channels]! +
        data[below]! +
        data[below + channels]!;
      out[i] = Math.floor(sum / 13 + 0.5);
    }
  }
  return out;
}
