import type { Filter } from '../../image/item.js';
import type { Raster } from '../../image/raster.js';

/** Output (x, y) is read at (a·x + b·y + c, d·x + e·y + f). */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export interface AffineOptions {
  readonly filter: Filter;
  /** Colour of what comes from outside the image, one value a channel. */
  readonly fill: readonly number[];
}

/** PIL's `Image.transform(size, AFFINE, …)`: not antialiased, edge pixels repeated under the kernel. In place. */
export function affine(raster: Raster, [a, b, c, d, e, f]: Matrix, { filter, fill }: AffineOptions): void {
  const source: Raster = { ...raster, data: raster.data.slice() };
  const { data, width, height, channels } = raster;
  const read = filter === 'bicubic' ? bicubic : bilinear;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      const column = a * (x + 0.5) + b * (y + 0.5) + c;
      const row = d * (x + 0.5) + e * (y + 0.5) + f;
      if (column >= 0 && column < width && row >= 0 && row < height) {
        read(source, column - 0.5, row - 0.5, data, at);
      } else {
        for (let k = 0; k < channels; k++) data[at + k] = fill[k]!;
      }
    }
  }
}

/** Rotation about the middle by `degrees` counter-clockwise. */
export function rotation(degrees: number, { width, height }: Raster): Matrix {
  const angle = -degrees * (Math.PI / 180);
  const [cos, sin] = [rounded(Math.cos(angle)), rounded(Math.sin(angle))];
  const [x, y] = [width / 2, height / 2];
  return [cos, sin, cos * -x + sin * -y + x, -sin, cos, -sin * -x + cos * -y + y];
}

/** To 15 decimals, as PIL does, so that the middle of the image stays where it is. */
const rounded = (value: number): number => Number(value.toFixed(15));

export const shearX = (factor: number): Matrix => [1, factor, 0, 0, 1, 0];
export const shearY = (factor: number): Matrix => [1, 0, 0, factor, 1, 0];
export const translateX = (pixels: number): Matrix => [1, 0, pixels, 0, 1, 0];
export const translateY = (pixels: number): Matrix => [1, 0, 0, 0, 1, pixels];

const clamp = (index: number, size: number): number => (index < 0 ? 0 : index >= size ? size - 1 : index);

/** Writes all channels of the source at (x, y) to `out[at]`. */
function bilinear(source: Raster, x: number, y: number, out: Uint8Array, at: number): void {
  const { data, width, height, channels } = source;
  const left = Math.floor(x);
  const top = Math.floor(y);
  const row = width * channels;
  const y0 = clamp(top, height) * row;
  const y1 = clamp(top + 1, height) * row;
  const x0 = clamp(left, width) * channels;
  const x1 = clamp(left + 1, width) * channels;
  for (let k = 0; k < channels; k++) {
    const above = data[y0 + x0 + k]! + (data[y0 + x1 + k]! - data[y0 + x0 + k]!) * (x - left);
    const below = data[y1 + x0 + k]! + (data[y1 + x1 + k]! - data[y1 + x0 + k]!) * (x - left);
    out[at + k] = Math.trunc(above + (below - above) * (y - top));
  }
}

/** Writes all channels of the source at (x, y) to `out[at]`. */
function bicubic(source: Raster, x: number, y: number, out: Uint8Array, at: number): void {
  const { data, width, height, channels } = source;
  const left = Math.floor(x);
  const top = Math.floor(y);
  const row = width * channels;
  const y0 = clamp(top - 1, height) * row;
  const y1 = clamp(top, height) * row;
  const y2 = clamp(top + 1, height) * row;
  const y3 = clamp(top + 2, height) * row;
  const x0 = clamp(left - 1, width) * channels;
  const x1 = clamp(left, width) * channels;
  const x2 = clamp(left + 1, width) * channels;
  const x3 = clamp(left + 2, width) * channels;
  for (let k = 0; k < channels; k++) {
    const value = cubic(
      cubic(data[y0 + x0 + k]!, data[y0 + x1 + k]!, data[y0 + x2 + k]!, data[y0 + x3 + k]!, x - left),
      cubic(data[y1 + x0 + k]!, data[y1 + x1 + k]!, data[y1 + x2 + k]!, data[y1 + x3 + k]!, x - left),
      cubic(data[y2 + x0 + k]!, data[y2 + x1 + k]!, data[y2 + x2 + k]!, data[y2 + x3 + k]!, x - left),
      cubic(data[y3 + x0 + k]!, data[y3 + x1 + k]!, data[y3 + x2 + k]!, data[y3 + x3 + k]!, x - left),
      y - top,
    );
    out[at + k] = value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
  }
}

/** Cubic convolution with a = −1, which is what PIL's transforms use (its resize uses a = −1/2). */
function cubic(v1: number, v2: number, v3: number, v4: number, d: number): number {
  return v2 + d * (v3 - v1 + d * (2 * (v1 - v2) + v3 - v4 + d * (v2 - v1 + v4 - v3)));
}
