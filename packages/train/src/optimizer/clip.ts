import { addN, div, minimum, mul, scalar, sqrt, square, sum, tidy, type Scalar } from '@tensorflow/tfjs-core';
import type { Weights } from '@d2v/core';

/**
 * The global norm of a set of gradients: sqrt(Σ over all tensors of Σ g²). The caller disposes the result.
 */
export function globalNorm(grads: Weights): Scalar {
  return tidy(() => {
    const squares = Object.values(grads).map((grad) => sum(square(grad)));
    return (squares.length === 0 ? scalar(0) : sqrt(addN(squares))) as Scalar;
  });
}

/**
 * Clipping by the global norm, as PyTorch's `clip_grad_norm_`: every gradient times min(1, clipNorm / (norm + 1e-6)).
 * Nothing is read back to JavaScript.
 *
 * @param clipNorm largest norm that passes unchanged; 0 = off
 * @returns the clipped gradients (new tensors, also when nothing is clipped) and the norm before clipping; the caller
 * disposes them and keeps the gradients that it passed
 */
export function clipGradients(grads: Weights, clipNorm: number): { grads: Weights; norm: Scalar } {
  const norm = globalNorm(grads);
  const clipped = tidy(() => {
    const factor = clipNorm > 0 ? minimum(1, div(clipNorm, norm.add(1e-6))) : undefined;
    return Object.fromEntries(
      Object.entries(grads).map(([name, grad]) => [name, factor ? mul(grad, factor) : grad.clone()]),
    );
  });
  return { grads: clipped, norm };
}
