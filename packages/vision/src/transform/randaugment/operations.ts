import type { RandomStream } from '@d2v/core';
import type { Raster } from '../../image/raster.js';
import { brightness, colour, contrast, sharpness, type Enhance } from '../enhance.js';
import { affine, rotation, shearX, shearY, translateX, translateY, type AffineOptions, type Matrix } from './affine.js';
import { autoContrast, equalise, invert, posterise, solarise, solariseAdd } from './levels.js';

/** The largest magnitude. */
export const maximumLevel = 10;

/** One augmentation, in place; `level` is in [0, 10], signs come from the stream. */
export type Operation = (raster: Raster, level: number, context: AffineOptions & { stream: RandomStream }) => void;

const share = (level: number): number => level / maximumLevel;

const signed = (value: number, stream: RandomStream): number => (stream.uniform() > 0.5 ? -value : value);

/** Enhances by 1 ± 0.9 · level/10, but at least 0.1. */
const enhanceBy =
  (enhance: Enhance): Operation =>
  (raster, level, { stream }) =>
    enhance(raster, Math.max(0.1, 1 + signed(share(level) * 0.9, stream)));

/** An affine map whose parameter is ± `most` · level/10. */
const moveBy =
  (most: number, matrix: (amount: number, raster: Raster) => Matrix): Operation =>
  (raster, level, { stream, ...options }) =>
    affine(raster, matrix(signed(share(level) * most, stream), raster), options);

/**
 * timm's "increasing" set, which `rand-m9-mstd0.5-inc1` draws from: 15 operations whose effect grows with the level.
 * Rotation to ±30°, shear to ±0.3, translation to ±45 % of the side.
 */
export const operations: Readonly<Record<string, Operation>> = {
  AutoContrast: autoContrast,
  Equalize: equalise,
  Invert: invert,
  Rotate: moveBy(30, rotation),
  PosterizeIncreasing: (raster, level) => posterise(raster, 4 - Math.trunc(share(level) * 4)),
  SolarizeIncreasing: (raster, level) => solarise(raster, 256 - Math.min(256, Math.trunc(share(level) * 256))),
  SolarizeAdd: (raster, level) => solariseAdd(raster, Math.min(128, Math.trunc(share(level) * 110))),
  ColorIncreasing: enhanceBy(colour),
  ContrastIncreasing: enhanceBy(contrast),
  BrightnessIncreasing: enhanceBy(brightness),
  SharpnessIncreasing: enhanceBy(sharpness),
  ShearX: moveBy(0.3, shearX),
  ShearY: moveBy(0.3, shearY),
  TranslateXRel: moveBy(0.45, (amount, { width }) => translateX(amount * width)),
  TranslateYRel: moveBy(0.45, (amount, { height }) => translateY(amount * height)),
};
