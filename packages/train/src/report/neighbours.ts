import { div, matMul, maximum, norm, tensor2d, tidy, topk } from '@tensorflow/tfjs-core';

/** A row of the gallery that is near a query. */
export interface Neighbour {
  /** Row in the gallery. */
  readonly index: number;
  /** Cosine similarity, in [−1, 1]. */
  readonly similarity: number;
}

/**
 * The rows of a gallery that are most similar to each query by the cosine of their features, nearest first.
 *
 * @param queries (Q, D) row by row
 * @param gallery (G, D) row by row
 * @param count at most so many for each query
 */
export function nearest(queries: Float32Array, gallery: Float32Array, dim: number, count: number): Neighbour[][] {
  const [rows, size] = [queries.length / dim, gallery.length / dim];
  const k = Math.min(count, size);
  if (rows === 0 || k === 0) return Array.from({ length: rows }, () => []);
  const [similarities, indices] = tidy(() => {
    const unit = (values: Float32Array, length: number) => {
      const x = tensor2d(values, [length, dim]);
      return div(x, maximum(norm(x, 2, 1, true), 1e-12)) as typeof x;
    };
    const found = topk(matMul(unit(queries, rows), unit(gallery, size), false, true), k, true);
    return [found.values.dataSync(), found.indices.dataSync()] as const;
  });
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: k }, (__, rank) => ({
      index: indices[row * k + rank]!,
      similarity: similarities[row * k + rank]!,
    })),
  );
}
