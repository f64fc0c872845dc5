import { ShapeError } from '@d2v/core';
import { matMul, mean, sub, tensor2d, tidy } from '@tensorflow/tfjs-core';

/** Colour channels, and so the components that are computed. */
const COMPONENTS = 3;
/** Further directions that are iterated along, so that the wanted ones converge fast when variances are close. */
const GUARDS = 5;
const ITERATIONS = 60;

export interface Projection {
  /** (N, 3): coordinates along the first three principal components, row by row. */
  readonly coordinates: Float32Array;
  /** Share of the variance along each component, in [0, 1]. */
  readonly explained: readonly number[];
}

/**
 * Principal component analysis: the coordinates of rows along the three directions in which they vary most. The
 * covariance is computed by the backend, its first eigenvectors by orthogonal iteration on the host. A direction's sign
 * is such that its largest entry is positive, so that the same rows always give the same colours. Where rows vary in
 * fewer than three directions, the other coordinates are 0.
 *
 * @param values (N, D) row by row, N ≥ 1
 * @throws ShapeError when `values` has no whole rows
 */
export function principalComponents(values: Float32Array, dim: number): Projection {
  const rows = values.length / dim;
  if (!Number.isInteger(rows) || rows < 1) {
    throw new ShapeError(`principalComponents: ${values.length} values are no rows of ${dim}`);
  }
  const [centred, covariance] = tidy(() => {
    const x = tensor2d(values, [rows, dim]);
    const shifted = sub(x, mean(x, 0, true));
    const product = matMul(shifted, shifted, true, false);
    return [shifted.dataSync() as Float32Array, product.dataSync() as Float32Array] as const;
  });
  let total = 0;
  for (let i = 0; i < dim; i++) total += covariance[i * dim + i]!;
  const { directions, strengths } = eigenvectors(covariance, dim, total);
  const coordinates = new Float32Array(rows * COMPONENTS);
  for (let row = 0; row < rows; row++) {
    directions.forEach((direction, c) => {
      let sum = 0;
      for (let i = 0; i < dim; i++) sum += centred[row * dim + i]! * direction[i]!;
      coordinates[row * COMPONENTS + c] = sum;
    });
  }
  return { coordinates, explained: strengths.map((strength) => (total > 0 ? strength / total : 0)) };
}

/** The three strongest eigenvectors of a symmetric matrix (D, D), strongest first. */
function eigenvectors(matrix: Float32Array, dim: number, trace: number) {
  const count = Math.min(dim, COMPONENTS + GUARDS);
  // Any start works that is not orthogonal to what is sought; this one is fixed and looks like no feature.
  let basis = orthonormal(
    Array.from({ length: count }, (_, c) =>
      Float64Array.from({ length: dim }, (__, i) => Math.sin(1 + (c + 1) * (i + 1) * 1.618)),
    ),
  );
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    basis = orthonormal(basis.map((vector) => product(matrix, vector, dim)));
  }
  const measured = basis.map((vector) => ({ vector, strength: dot(vector, product(matrix, vector, dim)) }));
  measured.sort((a, b) => b.strength - a.strength);
  const strengths: number[] = [];
  const directions: Float64Array[] = [];
  for (let c = 0; c < COMPONENTS; c++) {
    const found = measured[c];
    // Rounding leaves a little variance in directions that have none.
    const real = found !== undefined && found.strength > 1e-6 * trace;
    strengths.push(real ? found.strength : 0);
    directions.push(real ? upright(found.vector) : new Float64Array(dim));
  }
  return { directions, strengths };
}

function product(matrix: Float32Array, vector: Float64Array, dim: number): Float64Array {
  const result = new Float64Array(dim);
  for (let i = 0; i < dim; i++) {
    let sum = 0;
    for (let j = 0; j < dim; j++) sum += matrix[i * dim + j]! * vector[j]!;
    result[i] = sum;
  }
  return result;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Gram–Schmidt, twice for accuracy; a vector that depends on those before it becomes 0. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    const v = vector.slice();
    const size = Math.sqrt(dot(v, v));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of done) {
        const along = dot(v, other);
        for (let i = 0; i < v.length; i++) v[i]! -= along * other[i]!;
      }
    }
    const length = Math.sqrt(dot(v, v));
    done.push(length > 1e-10 * size && length > 0 ? v.map((value) => value / length) : new Float64Array(v.length));
  }
  return done;
}

function upright(vector: Float64Array): Float64Array {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
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
