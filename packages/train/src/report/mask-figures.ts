import { RandomStream, type Encoder, type Figures } from '@d2v/core';
import type { ReadSample } from './samples.js';

/** A sample with masks drawn on it. */
export interface MaskFigure {
  readonly name: string;
  /** The whole sample. */
  readonly figure: string;
  readonly masked: readonly {
    readonly figure: string;
    /** Share of the tokens that are hidden, in [0, 1]. */
    readonly hidden: number;
  }[];
}

/** Masks as training draws them, on samples. */
export function maskFigures(
  figures: Figures<unknown>,
  encoder: Encoder,
  samples: readonly ReadSample[],
  masks: number,
  seed: number,
): MaskFigure[] {
  return samples.map(({ name, sample, index }) => {
    const { tokens } = encoder.collate([sample]);
    const masked = Array.from({ length: masks }, (_, copy) => {
      const mask = encoder.drawMask(tokens, new RandomStream([seed, 'report', 'mask', index, copy]));
      const hidden = mask.reduce((sum, bit) => sum + bit, 0) / tokens;
      return { figure: figures.masked(sample, mask), hidden };
    });
    return { name, figure: figures.sample(sample), masked };
  });
}
