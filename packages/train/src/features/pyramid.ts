import { matMul, reshape, tensor, tidy, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';

/** Parts that each axis is divided into, level by level. */
const LEVELS = [1, 2, 3];

/**
 * A spatial pyramid (Lazebnik, Schmid and Ponce 2006) of means: of an image the whole, 2 × 2 and 3 × 3 parts, of a sequence
 * the whole, 2 and 3 sections. What is where stays roughly known, and small shifts matter little. Where the parts do not
 * divide an axis, neighbouring ones share cells.
 *
 * @param tokens (B, T, D), T = product of `grid`, row-major
 * @returns (B, R·D), part by part
 */
export function pyramidMeans(tokens: Tensor3D, grid: readonly number[]): Tensor2D {
  const [rows, count, dim] = tokens.shape;
  const weights = pyramidWeights(grid);
  const parts = weights.length / count;
  return tidy(() => {
    const means = matMul(tensor(weights, [1, parts, count]), tokens);
    return reshape(means, [rows, parts * dim]);
  });
}

/** (R, T), row-major: the share of each cell in each part's mean. */
export function pyramidWeights(grid: readonly number[]): Float32Array {
  const levels = LEVELS.map((parts) => grid.map((size) => sectionWeights(size, parts)).reduce(kronecker).flat);
  return Float32Array.from(levels.flatMap((level) => [...level]));
}

interface Weights {
  readonly rows: number;
  readonly columns: number;
  readonly flat: Float32Array;
}

function sectionWeights(size: number, parts: number): Weights {
  const sections = Math.min(parts, size);
  const flat = new Float32Array(sections * size);
  for (let i = 0; i < sections; i++) {
    const start = Math.floor((i * size) / sections);
    const end = Math.ceil(((i + 1) * size) / sections);
    flat.fill(1 / (end - start), i * size + start, i * size + end);
  }
  return { rows: sections, columns: size, flat };
}

/** Both axes at once: a part's share of a cell is the product of its shares along the axes. */
function kronecker(a: Weights, b: Weights): Weights {
  const [rows, columns] = [a.rows * b.rows, a.columns * b.columns];
  const flat = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const outer = a.flat[Math.floor(row / b.rows) * a.columns + Math.floor(column / b.columns)]!;
      flat[row * columns + column] = outer * b.flat[(row % b.rows) * b.columns + (column % b.columns)]!;
    }
  }
  return { rows, columns, flat };
}
