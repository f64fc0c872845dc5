/** Mean and scale of each feature over a set of samples. */
export interface Standardisation {
  readonly mean: Float64Array;
  /** 1/σ; 0 for a feature that is constant. */
  readonly scale: Float64Array;
}

/** A standard deviation below this share of a feature's size is rounding, not information. */
const CONSTANT = 1e-6;

/** Statistics of the given rows of (N, D) features. */
export function fitStandardisation(features: Float32Array, dim: number, rows: Int32Array): Standardisation {
  const mean = new Float64Array(dim);
  const scale = new Float64Array(dim);
  for (const row of rows) for (let d = 0; d < dim; d++) mean[d]! += features[row * dim + d]! / rows.length;
  for (const row of rows)
    for (let d = 0; d < dim; d++) scale[d]! += (features[row * dim + d]! - mean[d]!) ** 2 / rows.length;
  for (let d = 0; d < dim; d++) {
    const std = Math.sqrt(scale[d]!);
    scale[d] = std > CONSTANT * Math.abs(mean[d]!) && std > 0 ? 1 / std : 0;
  }
  return { mean, scale };
}

/** The given rows, standardised: (rows, D). */
export function standardised(features: Float32Array, rows: Int32Array, { mean, scale }: Standardisation): Float32Array {
  const dim = mean.length;
  const out = new Float32Array(rows.length * dim);
  rows.forEach((row, i) => {
    for (let d = 0; d < dim; d++) out[i * dim + d] = (features[row * dim + d]! - mean[d]!) * scale[d]!;
  });
  return out;
}
