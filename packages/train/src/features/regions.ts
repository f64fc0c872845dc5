import { matMul, reshape, tensor, tidy, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';

/** Parts that each axis is divided into. */
const PARTS = 3;

/**
 * Means over parts of a grid: 3 × 3 regions of an image, 3 sections of a sequence. What is where stays roughly known, and
 * small shifts matter little. Where the parts do not divide an axis, neighbouring ones share cells.
 *
 * @param tokens (B, T, D), T = product of `grid`, row-major
 * @returns (B, R·D), region by region
 */
export function regionMeans(tokens: Tensor3D, grid: readonly number[]): Tensor2D {
  const [rows, count, dim] = tokens.shape;
  const weights = regionWeights(grid);
  const regions = weights.length / count;
  return tidy(() => {
    const means = matMul(tensor(weights, [1, regions, count]), tokens);
    return reshape(means, [rows, regions * dim]);
  });
}

/** (R, T), row-major: the share of each cell in each region's mean. */
export function regionWeights(grid: readonly number[]): Float32Array {
  return grid.map(sectionWeights).reduce(kronecker).flat;
}

interface Weights {
  readonly rows: number;
  readonly columns: number;
  readonly flat: Float32Array;
}

function sectionWeights(size: number): Weights {
  const sections = Math.min(PARTS, size);
  const flat = new Float32Array(sections * size);
  for (let i = 0; i < sections; i++) {
    const start = Math.floor((i * size) / sections);
    const end = Math.ceil(((i + 1) * size) / sections);
    flat.fill(1 / (end - start), i * size + start, i * size + end);
  }
  return { rows: sections, columns: size, flat };
}

/** Both axes at once: a region's share of a cell is the product of its shares along the axes. */
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
