import { reshape, tidy, type BatchMatMulAttrs, type KernelFunc, type Tensor } from '@tensorflow/tfjs-core';
import { attributes, type NativeBackend } from './native.js';

/**
 * (…, I, J) × (…, J, K) → (…, I, K), batch axes broadcast.
 *
 * tfjs-node always runs BatchMatMulV2, which is slower for one large product than MatMul (reference: capture.md). Where
 * the right side has no batch and the left side's can be folded into its rows, this runs MatMul instead.
 */
export const batchMatMul: KernelFunc = ({ inputs, attrs, backend }) => {
  const { a, b } = inputs as unknown as { a: Tensor; b: Tensor };
  const { transposeA, transposeB } = attrs as unknown as BatchMatMulAttrs;
  const native = backend as NativeBackend;
  const attribute = attributes(native);

  const foldable = batch(b) === 1 && (batch(a) === 1 || !transposeA);
  if (!foldable || a.dtype !== 'float32' || b.dtype !== 'float32') {
    return native.executeSingleOutput(
      'BatchMatMulV2',
      [attribute.type('T', a.dtype), attribute.bool('adj_x', transposeA), attribute.bool('adj_y', transposeB)],
      [a, b],
    );
  }
  const multiply = (x: Tensor, y: Tensor): Tensor =>
    native.executeSingleOutput(
      'MatMul',
      [
        attribute.type('T', 'float32'),
        attribute.bool('transpose_a', transposeA),
        attribute.bool('transpose_b', transposeB),
      ],
      [x, y],
    ) as Tensor;
  if (a.rank === 2 && b.rank === 2) return multiply(a, b);

  return tidy(() => {
    const rank = Math.max(a.rank, b.rank);
    const leading = [...new Array<number>(rank - a.rank).fill(1), ...a.shape.slice(0, -2)];
    const [rows, columns] = a.shape.slice(-2) as [number, number];
    const product = multiply(reshape(a, [batch(a) * rows, columns]), reshape(b, b.shape.slice(-2) as [number, number]));
    return reshape(product, [...leading, transposeA ? columns : rows, product.shape[1]!]);
  });
};

/** How many matrices a tensor holds. */
function batch(x: Tensor): number {
  return x.shape.slice(0, -2).reduce((product, size) => product * size, 1);
}
