import {
  add,
  concat,
  matMul,
  pad,
  reshape,
  reverse,
  slice,
  transpose,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
import { differentiable } from './differentiable.js';
import { kernelOr } from './kernel.js';
import { asRows, columnSum } from './linear.js';

/**
 * Grouped 2-D convolution, stride 1, zero padding ⌊k/2⌋ on every side; for an even kernel the last element per axis is
 * dropped, so the grid keeps its size (reference: data2vec2.md §4.2).
 *
 * TensorFlow.js has no grouped kernel: unless the backend brings its own ('GroupedConv2D', 'GroupedConv2DBackpropFilter'),
 * the input's windows are unfolded and each group is one entry of a batched matrix product. The gradient of the input is
 * the same convolution of dy with the flipped kernel.
 *
 * @param x (N, H, W, C)
 * @param weight (kh, kw, C/groups, O), output channels group-major
 * @param bias (O)
 * @returns (N, H, W, O)
 */
export function groupedConv2d(x: Tensor4D, weight: Tensor4D, bias: Tensor, groups: number): Tensor4D {
  const [kh, kw, groupInputs, outputs] = weight.shape;
  if (x.shape[3] !== groupInputs * groups || outputs % groups !== 0) {
    throw new ShapeError(
      `groupedConv2d: ${groups} groups of a kernel (${weight.shape}) need ${groupInputs * groups} input channels, got x (${x.shape})`,
    );
  }
  const before: Pair = [Math.floor(kh / 2), Math.floor(kw / 2)];
  const after: Pair = [kh - 1 - before[0], kw - 1 - before[1]];
  return differentiable(
    [x, weight, bias],
    (save) => {
      save([x, weight]);
      return add(convolve(x, weight, groups, before), bias) as Tensor4D;
    },
    (dy, [x, weight]) => {
      const flipped = flip(weight as Tensor4D, groups);
      const dx = convolve(dy, flipped, groups, after);
      return [dx, kernelGradient(x as Tensor4D, dy, weight!.shape, groups, before), columnSum(asRows(dy))];
    },
  );
}

/**
 * Grouped 1-D convolution; see groupedConv2d.
 *
 * @param x (N, T, C)
 * @param weight (k, C/groups, O)
 * @param bias (O)
 * @returns (N, T, O)
 */
export function groupedConv1d(x: Tensor3D, weight: Tensor3D, bias: Tensor, groups: number): Tensor3D {
  const [rows, tokens, channels] = x.shape;
  const [kernel, groupInputs, outputs] = weight.shape;
  const image = reshape(x, [rows, 1, tokens, channels]) as Tensor4D;
  const y = groupedConv2d(image, reshape(weight, [1, kernel, groupInputs, outputs]) as Tensor4D, bias, groups);
  return reshape(y, [rows, tokens, outputs]);
}

type Pair = readonly [number, number];

function convolve(x: Tensor4D, weight: Tensor4D, groups: number, before: Pair): Tensor4D {
  const compose = (): Tensor4D => convolveUnfolded(x, weight, groups, before);
  return kernelOr('GroupedConv2D', { x, weight }, compose, { before: [...before] }) as Tensor4D;
}

function convolveUnfolded(x: Tensor4D, weight: Tensor4D, groups: number, before: Pair): Tensor4D {
  const [rows, height, width] = x.shape;
  const [kh, kw, groupInputs, outputs] = weight.shape;
  const windows = unfold(byGroup(x, groups), [kh, kw], before, groups);
  const split = reshape(weight, [kh * kw * groupInputs, groups, outputs / groups]);
  const y = matMul(windows, transpose(split, [1, 0, 2]));
  return reshape(transpose(y, [1, 0, 2]), [rows, height, width, outputs]);
}

/** The gradient of the kernel from x (N, H, W, C) and dy (N, H, W, O). */
function kernelGradient(x: Tensor4D, dy: Tensor4D, filterShape: number[], groups: number, before: Pair): Tensor {
  const compose = (): Tensor => {
    const [kh, kw, groupInputs, outputs] = filterShape as [number, number, number, number];
    const windows = unfold(byGroup(x, groups), [kh, kw], before, groups);
    const dyGroups = reshape(byGroup(dy, groups), [groups, -1, outputs / groups]);
    const dWeight = reshape(matMul(windows, dyGroups, true, false), [groups, kh, kw, groupInputs, outputs / groups]);
    return reshape(transpose(dWeight, [1, 2, 3, 0, 4]), filterShape);
  };
  return kernelOr('GroupedConv2DBackpropFilter', { x, dy }, compose, { before: [...before], filterShape });
}

/** (N, H, W, C) → (G·N, H, W, C/G). */
function byGroup(x: Tensor4D, groups: number): Tensor4D {
  const [rows, height, width, channels] = x.shape;
  if (groups === 1) return x;
  const split = transpose(reshape(x, [rows * height * width, groups, channels / groups]), [1, 0, 2]);
  return reshape(split, [groups * rows, height, width, channels / groups]);
}

/** Every window of every cell: (G·N, H, W, c) → (G, N·H·W, kh·kw·c). */
function unfold(x: Tensor4D, [kh, kw]: Pair, [top, left]: Pair, groups: number): Tensor3D {
  const [rows, height, width, channels] = x.shape;
  const padded = pad(x, [[0, 0], [top, kh - 1 - top], [left, kw - 1 - left], [0, 0]]); // prettier-ignore
  const taps: Tensor[] = [];
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < kw; j++) taps.push(slice(padded, [0, i, j, 0], [rows, height, width, channels]));
  }
  return reshape(concat(taps, 3), [groups, (rows / groups) * height * width, kh * kw * channels]);
}

/** The kernel of the transposed convolution: taps reversed, inputs and outputs of each group exchanged. */
function flip(weight: Tensor4D, groups: number): Tensor4D {
  const [kh, kw, groupInputs, outputs] = weight.shape;
  const split = reshape(reverse(weight, [0, 1]), [kh, kw, groupInputs, groups, outputs / groups]);
  return reshape(transpose(split, [0, 1, 4, 3, 2]), [kh, kw, outputs / groups, groups * groupInputs]);
}
