import type { Raster } from '../image/raster.js';
import type { ImageSample } from '../image/sample.js';

/** A sample as 8-bit pixels again: its normalisation undone, or its values stretched to the full range. */
export function picture({ pixels, width, height, channels, normalisation }: ImageSample): Raster {
  const toByte = normalisation ? undoing(normalisation.mean, normalisation.std) : stretching(pixels);
  const data = Uint8ClampedArray.from(pixels, (value, i) => toByte(value, i % channels));
  return { data: new Uint8Array(data.buffer), width, height, channels: channels === 1 ? 1 : 3 };
}

type ToByte = (value: number, channel: number) => number;

const undoing =
  (mean: readonly number[], std: readonly number[]): ToByte =>
  (value, channel) =>
    (value * std[channel]! + mean[channel]!) * 255;

function stretching(values: Float32Array): ToByte {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const range = high - low || 1;
  return (value) => ((value - low) / range) * 255;
}
