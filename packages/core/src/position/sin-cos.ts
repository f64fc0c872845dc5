/**
 * Fixed 2-D sine–cosine positions (reference: data2vec2.md §2.4, MAE's layout): each cell's column, then its row, as
 * [sin(p·ω), cos(p·ω)] with ω_k = 10000^(−k/(D/4)).
 *
 * @param dim D, divisible by 4
 * @returns (height·width, D), row-major
 */
export function sinCosPositions([height, width]: readonly [number, number], dim: number): Float32Array {
  const quarter = dim / 4;
  const table = new Float32Array(height * width * dim);
  const encode = (offset: number, position: number): void => {
    for (let k = 0; k < quarter; k++) {
      const angle = position * Math.pow(10000, -k / quarter);
      table[offset + k] = Math.sin(angle);
      table[offset + quarter + k] = Math.cos(angle);
    }
  };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const offset = (row * width + column) * dim;
      encode(offset, column);
      encode(offset + dim / 2, row);
    }
  }
  return table;
}
