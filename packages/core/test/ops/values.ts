import { RandomStream } from '../../src/index.js';
import { tensor, type Tensor } from '@tensorflow/tfjs-core';

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, axis) => product * axis, 1);

/** Standard normal values. */
export function normals(shape: readonly number[], seed: number | string = 1): Float32Array {
  const stream = new RandomStream(['values', seed, ...shape]);
  return Float32Array.from({ length: sizeOf(shape) }, () => stream.normal());
}

/** A tensor of standard normal values, times `scale`. The caller disposes it. */
export function random<T extends Tensor = Tensor>(shape: readonly number[], seed: number | string = 1, scale = 1): T {
  const values = normals(shape, seed).map((value) => scale * value);
  return tensor(values, [...shape], 'float32') as T;
}

/** Element by its place in a row-major array. */
export function at(values: ArrayLike<number>, shape: readonly number[], ...place: number[]): number {
  return values[place.reduce((index, position, axis) => index * shape[axis]! + position, 0)]!;
}

/** A row-major array of what `f` gives for each place. */
export function fill(shape: readonly number[], f: (...place: number[]) => number): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, (_, index) => {
    const place: number[] = [];
    let rest = index;
    for (const size of [...shape].reverse()) {
      place.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    return f(...place);
  });
}

/** Sum of f(0) … f(count − 1), in double precision. */
export const total = (count: number, f: (i: number) => number): number =>
  Array.from({ length: count }, (_, i) => f(i)).reduce((sum, value) => sum + value, 0);
