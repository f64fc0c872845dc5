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
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += channels) {
      const column = a * (x + 0.5) + b * (y + 0.5) + c;
      const row = d * (x + 0.5) + e * (y + 0.5) + f;
      const inside = column >= 0 && column < width && row >= 0 && row < height;
      for (let k = 0; k < channels; k++) data[i + k] = inside ? read(source, column - 0.5, row - 0.5, k) : fill[k]!;
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

function bilinear({ data, width, height, channels }: Raster, x: number, y: number, channel: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [x0, x1] = [clamp(left, width) * channels + channel, clamp(left + 1, width) * channels + channel];
  const line = (row: number): number => {
    const start = clamp(row, height) * width * channels;
    return data[start + x0]! + (data[start + x1]! - data[start + x0]!) * (x - left);
  };
  const above = line(top);
  return Math.trunc(above + (line(top + 1) - above) * (y - top));
}

function bicubic({ data, width, height, channels }: Raster, x: number, y: number, channel: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const column = (offset: number): number => clamp(left + offset, width) * channels + channel;
  const [x0, x1, x2, x3] = [column(-1), column(0), column(1), column(2)];
  const line = (row: number): number => {
    const start = clamp(row, height) * width * channels;
    return cubic(data[start + x0]!, data[start + x1]!, data[start + x2]!, data[start + x3]!, x - left);
  };
  const value = cubic(line(top - 1), line(top), line(top + 1), line(top + 2), y - top);
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
}

/** Cubic convolution with a = −1, which is what PIL's transforms use (its resize uses a = −1/2). */
function cubic(v1: number, v2: number, v3: number, v4: number, d: number): number {
  return v2 + d * (v3 - v1 + d * (2 * (v1 - v2) + v3 - v4 + d * (v2 - v1 + v4 - v3)));
}
