import type { Box, Size } from './geometry.js';
import type { Channels, Raster } from './raster.js';

/** Resampling kernel: Catmull-Rom cubic or triangle, widened when shrinking (antialiased), as in PIL. */
export type Filter = 'bicubic' | 'bilinear';

/** What is wanted of an image: crop, then resample, then crop again, then mirror. */
export interface View {
  /** The part that is used, in the image's pixels; default all of it. */
  readonly box?: Box;
  /** The size to which `box` is resampled. */
  readonly size: Size;
  /** The part of the resampled picture that is kept; default all of it. */
  readonly cut?: Box;
  readonly channels: Channels;
  readonly filter: Filter;
  /** Mirror left and right, last of all. */
  readonly flip?: boolean;
}

/**
 * An image that is not decoded yet. Its size is known, its pixels are computed for one view at a time, so that a
 * decoder can skip what the view does not need.
 */
export interface ImageItem extends Size {
  /** Path, line or row: what an error calls the image. */
  readonly name: string;
  /** Class in [0, number of classes); absent for unlabelled images. */
  readonly label?: number;
  /**
   * The pixels of a view. The caller owns them.
   * @throws SampleError naming the image when it cannot be decoded
   */
  pixels(view: View): Promise<Raster>;
}
