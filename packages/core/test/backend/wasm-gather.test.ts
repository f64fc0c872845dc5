import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { BackendError, ShapeError } from '../../src/errors.js';
import {
  anything,
  bools,
  expectSameValues,
  expectSameValuesAndGradients,
  floats,
  ints,
  useWasm,
  valuesOn,
} from './wasm-against-cpu.js';

beforeAll(useWasm);

describe('gather', () => {
  test('any axis, batch, index shape and dtype matches cpu', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    const input = sizes.chain((shape) =>
      fc.integer({ min: 0, max: shape.length - 1 }).chain((axis) =>
        fc.record({
          shape: fc.constant(shape),
          axis: fc.constant(axis),
          batchDims: fc.integer({ min: 0, max: axis }),
          indexShape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
          dtype: fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const),
        }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(input, async ({ shape, axis, batchDims, indexShape, dtype }) => {
        const indices = ints([...shape.slice(0, batchDims), ...indexShape], 0, shape[axis]!);
        await expectSameValues(
          (x: tf.Tensor, i: tf.Tensor) => tf.gather(x, i as tf.Tensor1D, axis, batchDims),
          anything(dtype, shape),
          indices,
        );
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    [[6, 4], [2, 3], 0],
    [[6, 100], [9], 0],
    [[3, 5, 4], [7], 1],
    [[3, 5], [4], 1],
  ])('the gradient of a table [%s] by indices [%s] on axis %i matches cpu', async (shape, indexShape, axis) => {
    await expectSameValuesAndGradients(
      (x: tf.Tensor, i: tf.Tensor) => tf.gather(x, i as tf.Tensor1D, axis),
      floats(shape),
      ints(indexShape, 0, shape[axis]!),
    );
  });

  test('the gradient of one batch axis matches cpu', async () => {
    const f = (x: tf.Tensor, i: tf.Tensor): tf.Tensor => tf.gather(x, i as tf.Tensor1D, 1, 1);
    await expectSameValuesAndGradients(f, floats([2, 5, 3]), ints([2, 4], 0, 5));
  });

  test.each([-1, 3])('refuses index %i of 3', (index) => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const call = (): unknown => tf.gather(tf.zeros([3, 2]), tf.tensor1d([0, index], 'int32'));
      expect(call).toThrow(ShapeError);
      expect(call).toThrow(`index ${index} at position 1 is not in [0, 3)`);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('unsortedSegmentSum', () => {
  const into =
    (segments: number) =>
    (x: tf.Tensor, ids: tf.Tensor): tf.Tensor =>
      tf.unsortedSegmentSum(x, ids as tf.Tensor1D, segments);

  test.each([
    ['rows', [6, 4], 3],
    ['single values', [7], 5],
    ['blocks', [5, 2, 3], 2],
    ['fewer rows than segments', [2, 3], 9],
  ] as [string, number[], number][])('%s matches cpu, gradient included', async (_, shape, segments) => {
    await expectSameValuesAndGradients(into(segments), floats(shape), ints([shape[0]!], 0, segments));
  });

  test('drops ids outside the segments, as cpu does', async () => {
    await expectSameValues(into(2), floats([5, 3]), ints([5], -2, 5));
  });

  test('sums integers as integers', async () => {
    const [result] = await valuesOn('wasm', into(2), [
      { data: Int32Array.of(16777217, 2, 3), shape: [3], dtype: 'int32' },
      { data: Int32Array.of(1, 0, 1), shape: [3], dtype: 'int32' },
    ]);
    expect(result).toEqual({ shape: [2], dtype: 'int32', values: [2, 16777220] });
  });

  test('nothing to sum gives zeros', async () => {
    await expectSameValues(into(3), floats([0, 2]), ints([0], 0, 3));
  });

  test('refuses bool', async () => {
    await expect(valuesOn('wasm', into(2), [bools([3]), ints([3], 0, 2)])).rejects.toThrow(BackendError);
  });
});
