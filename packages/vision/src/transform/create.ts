import type { Mode, RandomStream, Transform } from '@d2v/core';
import type { Size } from '../image/geometry.js';
import type { ImageItem } from '../image/item.js';
import type { Channels, Raster } from '../image/raster.js';
import type { ImageSample } from '../image/sample.js';
import { centreCrop, randomCrop } from './crop.js';
import { erase } from './erase.js';
import { jitter } from './jitter.js';
import { normalise } from './normalise.js';
import type { TransformOptions } from './options.js';
import { randAugment } from './randaugment/index.js';
import { resolve, type Plan } from './resolve.js';

/** What the encoder takes: square images of `imageSize` pixels, or [height, width]. */
export interface ImageTarget {
  readonly imageSize: number | readonly [height: number, width: number];
  readonly channels: Channels;
}

/**
 * Image → sample of the encoder's size.
 *
 * - `pretrain`: random resized crop, mirroring, colour jitter (reference: data2vec1.md §3.4, data2vec2.md §7.4);
 * - `finetune`: the same, RandAugment, random erasing (data2vec1.md §3.6, data2vec2.md §8.1);
 * - `evaluate`: resize and centre crop.
 *
 * Colours are jittered after the crop, not before: it is the same but for the mean that contrast refers to, and cheaper.
 * Each step draws from its own fork of the stream, so that switching one on changes no other.
 *
 * @throws ConfigError when options and model do not fit together
 */
export function createTransform(
  options: TransformOptions,
  { imageSize, channels }: ImageTarget,
  mode: Mode,
): Transform<ImageItem, ImageSample> {
  const [height, width] = typeof imageSize === 'number' ? [imageSize, imageSize] : imageSize;
  const target: Size = { width, height };
  const plan = resolve(options, target, channels, mode);
  const fill = plan.normalisation.mean.map((mean) => Math.max(0, Math.min(255, Math.round(mean * 255))));

  return async (item, stream) => {
    const raster = await crop(item, target, channels, plan, stream);
    if (plan.jitter) jitter(raster, plan.jitter, stream.fork('jitter'));
    if (plan.randAugment) {
      randAugment(raster, plan.randAugment, { filter: plan.filter, fill }, stream.fork('randaugment'));
    }
    const sample: ImageSample = {
      pixels: normalise(raster, plan.normalisation),
      height,
      width,
      channels,
      ...(item.label === undefined ? {} : { label: item.label }),
      name: item.name,
      normalisation: plan.normalisation,
    };
    if (plan.erase) erase(sample, plan.erase, stream.fork('erase'));
    return sample;
  };
}

function crop(item: ImageItem, target: Size, channels: Channels, plan: Plan, stream: RandomStream): Promise<Raster> {
  const flip = stream.fork('flip').uniform() < plan.flip;
  const rest = { channels, filter: plan.filter, flip };
  if (!plan.crop) return item.pixels({ ...centreCrop(item, target, plan.resize), ...rest });
  return item.pixels({ box: randomCrop(item, target, plan.crop, stream.fork('crop')), size: target, ...rest });
}
