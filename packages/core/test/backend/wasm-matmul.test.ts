import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { ShapeError } from '../../src/errors.js';
import { prefersStock } from '../../src/backend/wasm/kernels/batch-mat-mul.js';
import {
  expectClose,
  expectSameValues,
  expectSameValuesAndGradients,
  floats,
  ints,
  useWasm,
  valuesOn,
} from './wasm-against-cpu.js';

beforeAll(useWasm);

const product =
  (transposeA: boolean, transposeB: boolean) =>
  (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
    tf.matMul(a, b, transposeA, transposeB);

/** Shapes of both sides for the matrix sizes (rows, inner, columns). */
function shapes(
  batch: number[],
  [rows, inner, columns]: [number, number, number],
  transposeA: boolean,
  transposeB: boolean,
): [number[], number[]] {
  return [
    [...batch, ...(transposeA ? [inner, rows] : [rows, inner])],
    [...batch, ...(transposeB ? [columns, inner] : [inner, columns])],
  ];
}

describe.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])('matMul with transposeA=%s and transposeB=%s', (transposeA, transposeB) => {
  test.each([
    ['a row by a column', [], [1, 7, 1]],
    ['a weight gradient, wider than high', [], [3, 19, 11]],
    ['odd sizes', [], [13, 5, 9]],
    ['a batch', [3], [5, 4, 7]],
    ['two batch axes', [2, 3], [4, 1, 5]],
    ['a batch of one', [1], [6, 3, 2]],
  ] as [string, number[], [number, number, number]][])('%s matches cpu', async (_, batch, sizes) => {
    const [a, b] = shapes(batch, sizes, transposeA, transposeB);
    await expectSameValuesAndGradients(product(transposeA, transposeB), floats(a), floats(b, 2));
  });

  test.each([
    ['no rows', [0, 4, 3]],
    ['nothing to sum over', [2, 0, 3]],
    ['no columns', [2, 4, 0]],
  ] as [string, [number, number, number]][])('%s gives what cpu gives', async (_, sizes) => {
    const [a, b] = shapes([2], sizes, transposeA, transposeB);
    await expectSameValues(product(transposeA, transposeB), floats(a), floats(b, 2));
  });

  test('any batch matches cpu', async () => {
    const size = fc.integer({ min: 1, max: 17 });
    const batches = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(batches, fc.tuple(size, size, size), async (batch, sizes) => {
        const [a, b] = shapes(batch, sizes, transposeA, transposeB);
        await expectSameValuesAndGradients(product(transposeA, transposeB), floats(a), floats(b, 2));
      }),
      { numRuns: 30 },
    );
  });
});

test('broadcasts any batch axes of either side', async () => {
  const axis = fc.record({ size: fc.integer({ min: 1, max: 4 }), a: fc.boolean(), b: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(axis, { minLength: 1, maxLength: 3 }),
      fc.nat(3),
      fc.boolean(),
      async (axes, dropped, transposeA) => {
        const batchA = axes.map(({ size, a }) => (a ? size : 1)).slice(dropped);
        const batchB = axes.map(({ size, b }) => (b ? size : 1));
        const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
        const [a, b] = [floats([...batchA, ...(transposeA ? [4, 3] : [3, 4])]), floats([...batchB, 4, 5], 2)];
        const broadcast = (x: tf.Tensor, y: tf.Tensor): tf.Tensor =>
          tf.matMul(
            tf.broadcastTo(x, [...batch, ...x.shape.slice(-2)]),
            tf.broadcastTo(y, [...batch, ...y.shape.slice(-2)]),
            transposeA,
          );
        // The cpu backend itself pairs the wrong entries when both sides broadcast.
        expectClose(
          await valuesOn('wasm', product(transposeA, false), [a, b]),
          await valuesOn('cpu', broadcast, [a, b]),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('a batch of rows times one matrix matches cpu', async () => {
  await expectSameValues(product(false, false), floats([3, 5, 4]), floats([4, 7], 2));
  await expectSameValues(product(false, true), floats([2, 3, 5, 4]), floats([7, 4], 2));
});

test('weights give the same product again after other products', () => {
  tf.tidy(() => {
    const [x, w] = [
      tf.tensor2d([[1, 2]]),
      tf.tensor2d([
        [3, 4],
        [5, 6],
      ]),
    ];
    const first = tf.matMul(x, w);
    tf.matMul(x, tf.ones([2, 2]));
    tf.matMul(x, w, false, true);
    const second = tf.matMul(x, w);
    expect(Array.from(first.dataSync())).toEqual([13, 16]);
    expect(Array.from(second.dataSync())).toEqual([13, 16]);
  });
});

test('the gradient of a product with one weight matrix reaches both sides', async () => {
  await expectSameValuesAndGradients(
    (a: tf.Tensor, b: tf.Tensor) => tf.matMul(tf.reshape(a, [-1, 6]), b),
    floats([4, 50, 6]),
    floats([6, 24], 2),
  );
});

test('names both shapes when the inner sizes differ', () => {
  const kernel = tf.getKernel('BatchMatMul', 'wasm').kernelFunc;
  tf.tidy(() => {
    const inputs = { a: tf.zeros([2, 3]), b: tf.zeros([4, 5]) };
    const call = (): unknown =>
      kernel({ inputs, attrs: { transposeA: false, transposeB: false }, backend: tf.backend() });
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(/3 and 4 differ.*\[2,3\].*\[4,5\]/);
  });
});

test('refuses integers', async () => {
  await expect(valuesOn('wasm', product(false, false), [ints([2, 3], 0, 5), ints([3, 2], 0, 5)])).rejects.toThrow(
    /float32/,
  );
});

test('leaves small batched products to the scalar kernel only where several threads would wake for each', () => {
  expect(prefersStock(1000, 12, 1)).toBe(false);
  expect(prefersStock(1000, 12, 4)).toBe(true);
  expect(prefersStock(1000, 1, 4)).toBe(false);
  expect(prefersStock(1e7, 12, 4)).toBe(false);
});
