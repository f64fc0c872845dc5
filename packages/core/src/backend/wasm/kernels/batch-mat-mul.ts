import {
  BatchMatMul,
  broadcast_util,
  util,
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { BackendError, ShapeError } from '../../../errors.js';
import { byte, viewAs, type WasmBackend } from '../backend.js';
import { kernel } from '../kernel.js';
import { multiply, releaseRight, tensorRight, viewRight } from '../xnnpack.js';
import { transposed } from './transpose.js';

/**
 * a (…, M, K) · b (…, K, N) → (…, M, N), float32, batch axes broadcast. The stock kernel is fast only for one matrix
 * without transposes, and pairs the wrong batches when they broadcast; here transposes are explicit copies and every
 * entry of the batch is one XNNPACK product on views.
 *
 * @throws ShapeError when the inner sizes differ
 */
export const batchMatMul = kernel<BatchMatMulInputs, BatchMatMulAttrs>(
  BatchMatMul,
  ({ inputs: { a, b }, attrs, backend }, stock) => {
    const { transposeA, transposeB } = attrs;
    if (a.dtype !== 'float32' || b.dtype !== 'float32') {
      throw new BackendError(
        `matMul: the wasm backend multiplies float32 tensors only, got ${a.dtype} and ${b.dtype}`,
        {
          hint: "cast both to 'float32'",
        },
      );
    }
    const left = matrices(a, transposeA);
    const right = matrices(b, transposeB);
    if (left.columns !== right.rows) {
      throw new ShapeError(
        `matMul: inner sizes ${left.columns} and ${right.rows} differ, for shapes [${a.shape}] and [${b.shape}]` +
          ` with transposeA=${transposeA} and transposeB=${transposeB}`,
      );
    }
    const batch = broadcast_util.assertAndGetBroadcastShape(left.batch, right.batch);
    const sameBatch = util.arraysEqual(left.batch, right.batch);
    if (
      sameBatch &&
      prefersStock(left.rows * left.columns * right.columns, left.count, backend.wasm.tfjs.getThreadsCount())
    ) {
      return stock({ inputs: { a, b }, attrs, backend });
    }
    if (transposeA && !transposeB && batch.length === 0 && packsLess(left, right)) {
      const swapped = product(backend, b, matrices(b, true), true, a, matrices(a, false), false, batch);
      const out = transposed(backend, swapped, [1, 0]);
      backend.disposeData(swapped.dataId);
      return out;
    }
    return product(backend, a, left, transposeA, b, right, transposeB, batch);
  },
);

/**
 * Whether aᵀ · b (a weight's gradient) is cheaper as (bᵀ · a)ᵀ: XNNPACK packs the right-hand side element by element,
 * which for few rows costs as much as the product itself.
 */
function packsLess(left: Matrices, right: Matrices): boolean {
  return right.rows * (right.columns - left.rows) > left.rows * right.columns;
}

/** Below this many multiplications an entry of a batch, waking XNNPACK's threads costs more than they save. */
const WORTH_THREADS = 4e6;

/** Whether the scalar kernel is the faster one: many small products where every one would wake several threads. */
export function prefersStock(multiplications: number, entries: number, threads: number): boolean {
  return threads > 1 && entries > 1 && multiplications < WORTH_THREADS;
}

/** A tensor as a batch of matrices, after the transpose that is asked for. */
interface Matrices {
  readonly batch: number[];
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
}

function matrices(x: TensorInfo, transpose: boolean): Matrices {
  const batch = x.shape.slice(0, -2);
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  return {
    batch,
    count: util.sizeFromShape(batch),
    rows: transpose ? columns : rows,
    columns: transpose ? rows : columns,
  };
}

function product(
  backend: WasmBackend,
  a: TensorInfo,
  left: Matrices,
  transposeA: boolean,
  b: TensorInfo,
  right: Matrices,
  transposeB: boolean,
  batch: number[],
): TensorInfo {
  const leftMatrices = transposeA ? swapLast(backend, a, left) : a;
  const rightMatrices = transposeB ? swapLast(backend, b, right) : b;
  const { rows } = left;
  const { rows: inner, columns } = right;
  const out = backend.makeOutput([...batch, rows, columns], 'float32');
  const from = byte(backend, leftMatrices);
  const to = byte(backend, out);

  if (right.count === 1) {
    // Only a plain product a · b keeps the packed copy of b, which is then a weight matrix; what a gradient multiplies
    // is an activation that is used once.
    const keep = !transposeA && !transposeB;
    const packed = keep
      ? tensorRight(backend, b, inner, columns)
      : viewRight(backend, byte(backend, rightMatrices), inner, columns);
    multiply(backend, left.count * rows, from, packed, to);
    if (!keep) releaseRight(backend, packed);
  } else {
    const start = byte(backend, rightMatrices);
    const leftEntry = broadcastIndex(batch, left.batch);
    const rightEntry = broadcastIndex(batch, right.batch);
    const entries = util.sizeFromShape(batch);
    for (let i = 0; i < entries; i++) {
      const packed = viewRight(backend, start + rightEntry(i) * inner * columns * 4, inner, columns);
      multiply(backend, rows, from + leftEntry(i) * rows * inner * 4, packed, to + i * rows * columns * 4);
      releaseRight(backend, packed);
    }
  }
  if (leftMatrices !== a) backend.disposeData(leftMatrices.dataId);
  if (rightMatrices !== b) backend.disposeData(rightMatrices.dataId);
  return out;
}

/** A copy (count, rows, columns) of x, whose matrices are (columns, rows). */
function swapLast(backend: WasmBackend, x: TensorInfo, { count, rows, columns }: Matrices): TensorInfo {
  return transposed(backend, viewAs(x, [count, columns, rows]), [0, 2, 1]);
}

/** Entry of the broadcast batch → entry of an operand's batch. */
function broadcastIndex(batch: number[], operand: number[]): (entry: number) => number {
  if (util.arraysEqual(batch, operand)) return (entry) => entry;
  const missing = batch.length - operand.length;
  return (entry) => {
    let index = 0;
    let stride = 1;
    for (let i = batch.length - 1; i >= missing; i--) {
      const size = operand[i - missing]!;
      if (size !== 1) index += (entry % batch[i]!) * stride;
      stride *= size;
      entry = Math.floor(entry / batch[i]!);
    }
    return index;
  };
}
