import { principalComponents, project } from '../features/index.js';

/** Colour channels, and so the components that are computed. */
const COMPONENTS = 3;

export interface Projection {
  /** (N, 3): coordinates along the first three principal components, row by row. */
  readonly coordinates: Float32Array;
  /** Share of the variance along each component, in [0, 1]. */
  readonly explained: readonly number[];
}

/**
 * The coordinates of rows along the three directions in which they vary most. The same rows always give the same ones;
 * where rows vary in fewer than three directions, the other coordinates are 0.
 *
 * @param values (N, D) row by row, N ≥ 1
 * @throws ShapeError when `values` has no whole rows
 */
export function threeComponents(values: Float32Array, dim: number): Projection {
  const components = principalComponents(values, dim, COMPONENTS);
  const found = components.variances.length;
  const narrow = project(values, components);
  const coordinates = new Float32Array((values.length / dim) * COMPONENTS);
  narrow.forEach((value, i) => (coordinates[Math.floor(i / found) * COMPONENTS + (i % found)] = value));
  const explained = Array.from(
    { length: COMPONENTS },
    (_, c) => (components.variances[c] ?? 0) / components.total || 0,
  );
  return { coordinates, explained };
}

/**
 * Each of three columns scaled to [0, 1] between its 1st and 99th percentile, so that a few odd values do not take the
 * colours from the rest; a column that does not vary becomes 0.5.
 *
 * @param coordinates (N, 3)
 * @returns (N, 3), in [0, 1]
 */
export function toColours(coordinates: Float32Array): Float32Array {
  const rows = coordinates.length / COMPONENTS;
  const colours = new Float32Array(coordinates.length);
  for (let c = 0; c < COMPONENTS; c++) {
    const column = Float32Array.from({ length: rows }, (_, row) => coordinates[row * COMPONENTS + c]!);
    const sorted = column.slice().sort();
    const [low, high] = [percentile(sorted, 0.01), percentile(sorted, 0.99)];
    column.forEach((value, row) => {
      colours[row * COMPONENTS + c] = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
    });
  }
  return colours;
}

/** Linear between the two nearest of ascending values. */
function percentile(sorted: Float32Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
