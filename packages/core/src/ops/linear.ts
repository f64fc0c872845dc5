import { add, matMul, reshape, sum, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
import { differentiable } from './differentiable.js';
import { kernelOr } from './kernel.js';

/** Sum over the rows of a matrix, (R, C) → (C): the gradient of a bias. */
export function columnSum(x: Tensor2D): Tensor1D {
  return kernelOr('ColumnSum', { x }, () => sum(x, 0)) as Tensor1D;
}

/** `x` as a matrix: all axes but the last folded into rows. */
export function asRows(x: Tensor): Tensor2D {
  const columns = x.shape[x.shape.length - 1]!;
  return reshape(x, [x.size / columns, columns]);
}

/**
 * y = x·W + b.
 *
 * @param x (…, I)
 * @param weight (I, O)
 * @param bias (O)
 * @returns (…, O)
 * @throws ShapeError when x's last axis is not I
 */
export function linear<T extends Tensor>(x: T, weight: Tensor, bias?: Tensor): T {
  const [inputs, outputs] = weight.shape as [number, number];
  if (x.shape[x.shape.length - 1] !== inputs) {
    throw new ShapeError(`linear: x must end in ${inputs} to fit the weight (${weight.shape}), got (${x.shape})`);
  }
  const shape = [...x.shape.slice(0, -1), outputs];
  return differentiable(
    bias ? [x, weight, bias] : [x, weight],
    (save) => {
      save([x, weight]);
      const product = matMul(asRows(x), weight as Tensor2D);
      const y = bias ? kernelOr('BiasAdd', { x: product, bias }, () => add(product, bias)) : product;
      return reshape(y, shape) as T;
    },
    (dy, [x, weight]) => {
      const rows = asRows(dy);
      const dx = reshape(matMul(rows, weight as Tensor2D, false, true), x!.shape);
      const dWeight = matMul(asRows(x!), rows, true, false);
      return bias ? [dx, dWeight, columnSum(rows)] : [dx, dWeight];
    },
  );
}
