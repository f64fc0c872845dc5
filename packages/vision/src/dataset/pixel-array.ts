import { checkClasses, checkLabel, ConfigError, numbered, SampleError, type Dataset } from '@d2v/core';
import type { ImageItem } from '../image/item.js';
import { rasterItem } from '../image/raster-item.js';
import type { Channels } from '../image/raster.js';

/** Images in memory. */
export interface PixelArray {
  /** Row by row, channels last; floats in [0, `white`] are rounded to 8 bits. */
  readonly pixels: Uint8Array | Float32Array;
  /** [images, height, width] or [images, height, width, channels]. */
  readonly shape: readonly number[];
  /** What float pixels have where they are brightest: 1 or 255. Needed for floats, not for bytes. */
  readonly white?: 1 | 255;
  /** A class number for each image. */
  readonly labels?: ArrayLike<number>;
  /** Class names by number; default: '0', '1', …. */
  readonly classes?: readonly string[];
  /** What errors call the array; default `array`. */
  readonly name?: string;
}

/**
 * A dataset over pixels in memory, which it keeps and does not copy.
 * @throws ConfigError when the shape does not fit the pixels or labels
 * @throws SampleError when a label is not a class; on reading, when a pixel is not a number in [0, white]
 */
export function arrayDataset(array: PixelArray): Dataset<ImageItem> {
  const { pixels, labels, name: source = 'array' } = array;
  const [size = 0, height = 0, width = 0, channels = 1] = array.shape;
  checkShape(array, source);
  checkClasses(array.classes);
  const name = (index: number): string => `${source}[${index}]`;
  const classes = labels && (array.classes ?? numbered(labels));
  if (labels) for (let i = 0; i < size; i++) checkLabel(labels[i]!, classes!.length, name(i));
  const length = height * width * channels;
  return {
    size,
    ...(classes && { classes }),
    name,
    ...(labels && { label: (index: number) => labels[index]! }),
    read: (index) =>
      Promise.resolve().then(() => {
        const part = pixels.subarray(index * length, (index + 1) * length);
        const data = part instanceof Float32Array ? quantised(part, array.white!, name(index)) : part;
        return rasterItem(name(index), { data, height, width, channels: channels as Channels }, labels?.[index]);
      }),
  };
}

function checkShape({ pixels, shape, labels, white }: PixelArray, source: string): void {
  const [size = 0, , , channels = 1] = shape;
  const problem =
    (shape.length !== 3 && shape.length !== 4) || !shape.every((side) => Number.isInteger(side) && side > 0)
      ? `shape (${shape.join(', ')}) is not (images, height, width) or (images, height, width, channels)`
      : channels !== 1 && channels !== 3
        ? `${channels} channels are neither grey (1) nor colour (3)`
        : shape.reduce((a, b) => a * b) !== pixels.length
          ? `shape (${shape.join(', ')}) needs ${shape.reduce((a, b) => a * b)} values, got ${pixels.length}`
          : labels && labels.length !== size
            ? `${labels.length} labels for ${size} images`
            : pixels instanceof Float32Array && white === undefined
              ? 'float pixels need `white`, the value of the brightest pixel: 1 or 255'
              : undefined;
  if (problem) throw new ConfigError(`${source}: ${problem}`, { key: 'shape' });
}

/** Floats in [0, white] → bytes, rounded to the nearest. */
function quantised(values: Float32Array, white: number, name: string): Uint8Array {
  const out = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= 0 && value <= white)) {
      throw new SampleError(name, `value ${i} is ${value}, not a number in [0, ${white}]`, {
        hint: 'repair or remove the image, or set `white` to the value of the brightest pixel',
      });
    }
    out[i] = Math.round((value / white) * 255);
  }
  return out;
}
