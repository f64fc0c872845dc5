import type { Size } from './geometry.js';

/** Grey (1) or red, green, blue (3). */
export type Channels = 1 | 3;

/** Decoded pixels: row by row, channels interleaved (H, W, C), 8 bits each. Owned by whoever received them. */
export interface Raster extends Size {
  readonly data: Uint8Array;
  readonly channels: Channels;
}

/** ITU-R 601 luma of an 8-bit colour, rounded as PIL's `convert('L')` does. */
export const luma = (red: number, green: number, blue: number): number =>
  (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;

/** The raster with that many channels: colour → luma, grey → the same value thrice. Returns it unchanged if it has. */
export function withChannels(raster: Raster, channels: Channels): Raster {
  if (raster.channels === channels) return raster;
  const { data, width, height } = raster;
  const out = new Uint8Array(width * height * channels);
  if (channels === 1) {
    for (let i = 0, j = 0; i < out.length; i++, j += 3) out[i] = luma(data[j]!, data[j + 1]!, data[j + 2]!);
  } else {
    for (let i = 0, j = 0; i < data.length; i++, j += 3) out[j] = out[j + 1] = out[j + 2] = data[i]!;
  }
  return { data: out, width, height, channels };
}

/** Mirrors left and right in place. */
export function flipHorizontally({ data, width, height, channels }: Raster): void {
  const row = width * channels;
  for (let y = 0; y < height; y++) {
    for (let left = y * row, right = left + row - channels; left < right; left += channels, right -= channels) {
      for (let c = 0; c < channels; c++) {
        const kept = data[left + c]!;
        data[left + c] = data[right + c]!;
        data[right + c] = kept;
      }
    }
  }
}
