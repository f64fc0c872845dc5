/** How pixels became numbers: (value/255 − mean) / std, one mean and std per channel. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** An image as the encoder takes it: what a transform yields. */
export interface ImageSample {
  /** Normalised values, (height, width, channels) row by row. */
  readonly pixels: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Class in [0, number of classes); absent for unlabelled images. */
  readonly label?: number;
  /** The image's path, line or row. */
  readonly name: string;
  /** What to undo to show the image; absent: values are stretched to the full range. */
  readonly normalisation?: Normalisation;
}
