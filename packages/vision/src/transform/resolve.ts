import { ConfigError, type Mode } from '@d2v/core';
import type { Size } from '../image/geometry.js';
import type { Filter } from '../image/item.js';
import type { Channels } from '../image/raster.js';
import type { Normalisation } from '../image/sample.js';
import type { CropOptions } from './crop.js';
import type { EraseOptions } from './erase.js';
import type { JitterOptions } from './jitter.js';
import type { TransformOptions } from './options.js';
import type { RandAugmentOptions } from './randaugment/index.js';

/** Below this many pixels a small crop holds next to nothing. */
const smallImage = 64;

/** From this many pixels on, evaluation cuts the border of an image; smaller images usually fill their frame. */
const borderedImage = 128;

const imageNet: Normalisation = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const grey: Normalisation = { mean: [0.5], std: [0.5] };

/** The options of one mode with every `auto` decided. What is absent is not done. */
export interface Plan {
  readonly crop?: CropOptions;
  readonly filter: Filter;
  /** Shorter side before the middle is cut, where there is no random crop. */
  readonly resize: number;
  readonly flip: number;
  readonly jitter?: JitterOptions;
  readonly randAugment?: RandAugmentOptions;
  readonly erase?: EraseOptions;
  readonly normalisation: Normalisation;
}

/**
 * Decides what `auto` means for a model of `target` pixels and channels in a mode.
 * @throws ConfigError when options and model do not fit together
 */
export function resolve(options: TransformOptions, target: Size, channels: Channels, mode: Mode): Plan {
  const side = Math.min(target.width, target.height);
  const shared = {
    filter: options.crop === 'none' ? 'bicubic' : options.crop.filter,
    resize: resizeOf(options, side),
    normalisation: normalisationOf(options, channels),
  } as const;
  if (mode === 'evaluate') return { ...shared, flip: 0 };
  const { jitter, randAugment, erase } = options;
  return {
    ...shared,
    flip: options.flip === 'auto' ? (channels === 3 ? 0.5 : 0) : options.flip,
    ...(options.crop !== 'none' && {
      crop: { ratio: options.crop.ratio, scale: scaleOf(options.crop.scale, side, mode) },
    }),
    ...(jitter.brightness + jitter.contrast + jitter.saturation > 0 && { jitter }),
    ...(mode === 'finetune' && randAugment !== 'none' && { randAugment }),
    ...(mode === 'finetune' && erase !== 'none' && { erase }),
  };
}

function scaleOf(scale: 'auto' | [number, number], side: number, mode: Mode): readonly [number, number] {
  if (scale !== 'auto') return scale;
  if (side < smallImage) return [0.5, 1];
  return mode === 'finetune' ? [0.08, 1] : [0.2, 1];
}

function resizeOf({ evaluation: { resize } }: TransformOptions, side: number): number {
  if (resize === 'auto') return side < borderedImage ? side : Math.round((side * 8) / 7);
  if (resize < side) {
    throw new ConfigError(`evaluation.resize: ${resize} pixels are less than the model's image size of ${side}`, {
      key: 'evaluation.resize',
      hint: `set it to ${side} or more, or to auto`,
    });
  }
  return resize;
}

function normalisationOf({ normalise }: TransformOptions, channels: Channels): Normalisation {
  const preset = channels === 3 ? imageNet : grey;
  const perChannel = (key: 'mean' | 'std'): readonly number[] => {
    const given = normalise[key];
    if (given === 'auto') return preset[key];
    if (given.length === 1) return new Array<number>(channels).fill(given[0]!);
    if (given.length === channels) return given;
    throw new ConfigError(`normalise.${key}: ${given.length} values for images of ${channels} channel(s)`, {
      key: `normalise.${key}`,
      hint: `give one value, or ${channels}`,
    });
  };
  return { mean: perChannel('mean'), std: perChannel('std') };
}
