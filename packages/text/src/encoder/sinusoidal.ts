/**
 * fairseq's fixed positions: row r is [sin(r·ω), cos(r·ω)] with ω_k = 10000^(−k/(D/2 − 1)).
 *
 * @param first number of the first row: positions count from padding + 1
 * @returns (rows, D), an odd last channel 0
 */
export function sinusoidalPositions(rows: number, dim: number, first: number): Float32Array {
  const half = Math.floor(dim / 2);
  const table = new Float32Array(rows * dim);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < half; k++) {
      const angle = (first + row) * Math.exp((-k * Math.log(10000)) / (half - 1));
      table[row * dim + k] = Math.sin(angle);
      table[row * dim + half + k] = Math.cos(angle);
    }
  }
  return table;
}
