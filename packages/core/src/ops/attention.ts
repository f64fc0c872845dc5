import {
  add,
  matMul,
  mul,
  reshape,
  softmax,
  stack,
  sub,
  sum,
  transpose,
  unstack,
  type Tensor,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
import { differentiable } from './differentiable.js';

export interface AttentionOptions {
  readonly heads: number;
  /** Added to the logits; (H, T, T) or (N, H, T, T). */
  readonly bias?: Tensor;
  /** Added to the logits, not differentiated: 0 for real keys, a large negative number for padding; (N, 1, 1, T). */
  readonly keyMask?: Tensor;
  /** Multiplies the probabilities: dropout's kept positions divided by the keep probability; (N, H, T, T). */
  readonly dropout?: Tensor;
}

/**
 * Multi-head self-attention between the projections: softmax(q·kᵀ/√d + bias)·v.
 *
 * @param qkv (N, T, 3D), last axis q | k | v, each head-major
 * @returns (N, T, D)
 */
export function attention(qkv: Tensor3D, { heads, bias, keyMask, dropout }: AttentionOptions): Tensor3D {
  const [rows, tokens, width] = qkv.shape;
  const headDim = width / 3 / heads;
  if (!Number.isInteger(headDim)) {
    throw new ShapeError(`attention: ${heads} heads must divide the width ${width / 3}, got qkv (${qkv.shape})`);
  }
  const scale = 1 / Math.sqrt(headDim);
  return differentiable(
    bias ? [qkv, bias] : [qkv],
    (save) => {
      const split = transpose(reshape(qkv, [rows, tokens, 3, heads, headDim]), [2, 0, 3, 1, 4]);
      const [unscaled, k, v] = unstack(split) as [Tensor, Tensor, Tensor];
      const q = mul(unscaled, scale);
      let logits = matMul(q, k, false, true);
      if (bias) logits = add(logits, bias);
      if (keyMask) logits = add(logits, keyMask);
      const probabilities = softmax(logits);
      const weights = dropout ? mul(probabilities, dropout) : probabilities;
      save(dropout ? [q, k, v, probabilities, dropout] : [q, k, v, probabilities]);
      return reshape(transpose(matMul(weights, v), [0, 2, 1, 3]), [rows, tokens, width / 3]) as Tensor3D;
    },
    (dy, [q, k, v, probabilities, dropout]) => {
      const dOut = transpose(reshape(dy, [rows, tokens, heads, headDim]), [0, 2, 1, 3]);
      const weights = dropout ? mul(probabilities!, dropout) : probabilities!;
      const dv = matMul(weights, dOut, true, false);
      const dWeights = matMul(dOut, v!, false, true);
      const weighted = mul(weights, dWeights);
      const dLogits = sub(weighted, mul(probabilities!, sum(weighted, -1, true)));
      const dq = mul(matMul(dLogits, k!), scale);
      const dk = matMul(dLogits, q!, true, false);
      const dqkv = reshape(transpose(stack([dq, dk, dv]), [1, 3, 0, 2, 4]), qkv.shape);
      if (!bias) return [dqkv];
      return [dqkv, bias.rank === 3 ? sum(dLogits, 0) : dLogits];
    },
  );
}
