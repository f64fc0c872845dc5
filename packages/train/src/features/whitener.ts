import { principalComponents, project } from './principal-components.js';

/** Features (N, D) → features (N, dim) that do not correlate and have variance 1 each. */
export interface Whitener {
  readonly dim: number;
  apply(features: Float32Array): Float32Array;
}

/**
 * Fits features along their `count` strongest principal components, each with variance 1, so that what varies little weighs
 * as much in a cosine as what varies much.
 *
 * @param features (N, D) row by row
 * @returns undefined where the features do not vary
 */
export function whitener(features: Float32Array, dim: number, count: number): Whitener | undefined {
  const components = principalComponents(features, dim, count);
  if (components.variances.length === 0) return undefined;
  const scales = components.variances.map((variance) => 1 / Math.sqrt(variance));
  return { dim: scales.length, apply: (rows) => project(rows, components, scales) };
}
