import { ShapeError } from '@d2v/core';
import { add, div, matMul, mul, sub, sum, tensor2d, tidy, zeros, type Tensor2D } from '@tensorflow/tfjs-core';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Further directions that are iterated along, so that the wanted ones converge fast when variances are close. */
const GUARDS = 8;
const ITERATIONS = 12;
/** Rows on the backend at once. */
const CHUNK = 8192;
/** Directions with a smaller share of the variance are rounding. */
const LEAST = 1e-6;
/** A vector of which no larger share is left beside those before it. */
const DEPENDENT = 1e-7;

/** The directions in which rows vary most. */
export interface PrincipalComponents {
  /** (D) of the rows. */
  readonly mean: Float32Array;
  /** C orthonormal directions (D), of most variance first; fewer than asked for where rows vary in fewer. */
  readonly directions: readonly Float64Array[];
  /** Variance along each. */
  readonly variances: readonly number[];
  /** Variance in all D directions. */
  readonly total: number;
}

/**
 * Principal component analysis. The backend computes the covariance, a few orthogonal iterations its strongest
 * eigenvectors: within the space that they span, coordinates do not correlate; the weakest of the directions are those of
 * most variance only nearly. Deterministic; a direction's sign is such that its largest entry is positive.
 *
 * @param values (N, D) row by row, N ≥ 1
 * @param count C, directions that are wanted
 * @throws ShapeError when `values` has no whole rows
 */
export function principalComponents(values: Float32Array, dim: number, count: number): PrincipalComponents {
  const rows = values.length / dim;
  if (!Number.isInteger(rows) || rows < 1) {
    throw new ShapeError(`principalComponents: ${values.length} values are no rows of ${dim}`);
  }
  const { mean, covariance } = moments(values, dim);
  try {
    const total = covariance
      .dataSync<'float32'>()
      .reduce((trace, value, i) => (i % (dim + 1) === 0 ? trace + value : trace), 0);
    let basis = orthonormal(start(dim, Math.min(dim, count + GUARDS)));
    for (let iteration = 0; iteration < ITERATIONS; iteration++) basis = orthonormal(times(covariance, basis));
    const found = strongest(covariance, basis)
      .filter(({ variance }) => variance > LEAST * total)
      .slice(0, count);
    return {
      mean,
      directions: found.map(({ direction }) => upright(direction)),
      variances: found.map(({ variance }) => variance),
      total,
    };
  } finally {
    covariance.dispose();
  }
}

/** Mean and covariance, chunk by chunk. */
function moments(values: Float32Array, dim: number): { mean: Float32Array; covariance: Tensor2D } {
  const total = (of: (chunk: Tensor2D) => Tensor2D, shape: [number, number]): Tensor2D => {
    let result = zeros(shape) as Tensor2D;
    for (let at = 0; at < values.length; at += CHUNK * dim) {
      const part = values.subarray(at, at + CHUNK * dim);
      const next = tidy(() => add(result, of(tensor2d(part, [part.length / dim, dim]))) as Tensor2D);
      result.dispose();
      result = next;
    }
    const share = tidy(() => div(result, values.length / dim) as Tensor2D);
    result.dispose();
    return share;
  };
  const mean = total((x) => sum(x, 0, true), [1, dim]);
  const covariance = total(
    (x) => {
      const centred = sub(x, mean);
      return matMul(centred, centred, true, false);
    },
    [dim, dim],
  );
  const data = mean.dataSync<'float32'>().slice();
  mean.dispose();
  return { mean: data, covariance };
}

/** Any start works that is not orthogonal to what is sought; this one is fixed and looks like no feature. */
const start = (dim: number, count: number): Float64Array[] =>
  Array.from({ length: count }, (_, c) =>
    Float64Array.from({ length: dim }, (__, i) => Math.sin(1 + (c + 1) * (i + 1) * 1.618)),
  );

/** A symmetric matrix times each vector. */
function times(matrix: Tensor2D, vectors: readonly Float64Array[]): Float64Array[] {
  const products = tidy(() => matMul(stacked(vectors), matrix).dataSync<'float32'>());
  const dim = matrix.shape[0];
  return vectors.map((_, c) => Float64Array.from(products.subarray(c * dim, (c + 1) * dim)));
}

function stacked(vectors: readonly Float64Array[]): Tensor2D {
  const dim = vectors[0]!.length;
  const rows = new Float32Array(vectors.length * dim);
  vectors.forEach((vector, c) => rows.set(vector, c * dim));
  return tensor2d(rows, [vectors.length, dim]);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Gram–Schmidt; a vector that depends on those before it becomes 0. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    const v = vector.slice();
    const size = Math.sqrt(dot(v, v));
    for (const other of done) {
      const along = dot(v, other);
      for (let i = 0; i < v.length; i++) v[i]! -= along * other[i]!;
    }
    const length = Math.sqrt(dot(v, v));
    const depends = !(length > DEPENDENT * size);
    done.push(depends ? new Float64Array(v.length) : v.map((value) => value / length));
  }
  return done;
}

/** The directions of most variance within the space of an orthonormal basis (Rayleigh and Ritz), strongest first. */
function strongest(covariance: Tensor2D, basis: readonly Float64Array[]) {
  const images = times(covariance, basis);
  const within = new Matrix(basis.map((a, i) => basis.map((b, j) => (dot(a, images[j]!) + dot(b, images[i]!)) / 2)));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(within, { assumeSymmetric: true });
  return realEigenvalues
    .map((variance, column) => {
      const direction = new Float64Array(basis[0]!.length);
      basis.forEach((vector, c) => {
        const weight = eigenvectorMatrix.get(c, column);
        for (let i = 0; i < direction.length; i++) direction[i]! += weight * vector[i]!;
      });
      return { variance, direction };
    })
    .sort((a, b) => b.variance - a.variance);
}

function upright(vector: Float64Array): Float64Array {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}

/**
 * Coordinates of rows along the components.
 *
 * @param values (N, D) row by row
 * @param scales what each coordinate is multiplied by; default: 1
 * @returns (N, C) row by row
 */
export function project(
  values: Float32Array,
  { mean, directions }: PrincipalComponents,
  scales: readonly number[] = directions.map(() => 1),
): Float32Array {
  const [dim, count] = [mean.length, directions.length];
  const result = new Float32Array((values.length / dim) * count);
  if (count === 0) return result;
  for (let row = 0; row * dim < values.length; row += CHUNK) {
    const part = values.subarray(row * dim, (row + CHUNK) * dim);
    const coordinates = tidy(() => {
      const centred = sub(tensor2d(part, [part.length / dim, dim]), tensor2d(mean, [1, dim]));
      return mul(matMul(centred, stacked(directions), false, true), tensor2d([[...scales]])).dataSync<'float32'>();
    });
    result.set(coordinates, row * count);
  }
  return result;
}
