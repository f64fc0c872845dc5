import type { Figures, Network, Weights } from '@d2v/core';
import { extractTokens } from '../features/index.js';
import type { ReadSample } from './samples.js';
import { threeComponents, toColours } from './pca.js';

/** Samples beside their tokens, which are coloured by their features' first three principal components. */
export interface TokenFigures {
  readonly samples: readonly { readonly name: string; readonly figure: string; readonly colours: string }[];
  /** Share of the variance along each of the three components. */
  readonly explained: readonly number[];
}

/** Colours the tokens of samples; the components are those of all these samples together, so that colours compare. */
export async function tokenFigures(
  figures: Figures<unknown>,
  network: Network,
  weights: Weights,
  samples: readonly ReadSample[],
): Promise<TokenFigures> {
  const { features, shape, lengths } = await extractTokens({
    network,
    weights,
    samples: samples.map(({ sample }) => sample),
  });
  const [, tokens, dim] = shape;
  const counts = samples.map((_, row) => lengths?.[row] ?? tokens);
  const real = counts.map((count, row) => features.subarray(row * tokens * dim, (row * tokens + count) * dim));
  const { coordinates, explained } = threeComponents(concatenated(real), dim);
  const colours = toColours(coordinates);
  let start = 0;
  const shown = samples.map(({ name, sample }, row) => {
    const end = start + 3 * counts[row]!;
    const figure = figures.tokens(sample, colours.subarray(start, end));
    start = end;
    return { name, figure: figures.sample(sample), colours: figure };
  });
  return { samples: shown, explained };
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}
