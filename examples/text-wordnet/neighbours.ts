/** Vectors of one length, one a row. */
export interface Vectors {
  readonly features: Float32Array;
  readonly dim: number;
}

/**
 * For each row of `queries` the rows of `pool` whose direction from the pool's mean is most alike (cosine), the nearest
 * first. The mean is taken out because features of one network have much in common.
 */
export function nearest(queries: Vectors, pool: Vectors, count: number): { index: number; cosine: number }[][] {
  const { dim } = pool;
  const mean = new Float64Array(dim);
  const rows = pool.features.length / dim;
  pool.features.forEach((value, i) => (mean[i % dim]! += value / rows));
  const directions = ({ features }: Vectors): Float64Array[] =>
    Array.from({ length: features.length / dim }, (_, row) => {
      const centred = Float64Array.from(mean, (middle, i) => features[row * dim + i]! - middle);
      const length = Math.hypot(...centred) || 1;
      return centred.map((value) => value / length);
    });
  const candidates = directions(pool);
  return directions(queries).map((query) =>
    candidates
      .map((candidate, index) => ({ index, cosine: candidate.reduce((sum, value, i) => sum + value * query[i]!, 0) }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, count),
  );
}
