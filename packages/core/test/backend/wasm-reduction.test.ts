import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { ShapeError } from '../../src/errors.js';
import { expectSameValues, expectSameValuesAndGradients, floats, ints, useWasm, valuesOn } from './wasm-against-cpu.js';

beforeAll(useWasm);

describe.each(['sum', 'mean'] as const)('%s', (name) => {
  test('over any axes of any shape matches cpu', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 });
    const input = sizes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        axes: fc.subarray([...shape.keys()]),
        keepDims: fc.boolean(),
        whole: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(input, async ({ shape, axes, keepDims, whole }) => {
        const f = (x: tf.Tensor): tf.Tensor => tf[name](x, axes, keepDims);
        await (whole ? expectSameValues(f, ints(shape, -9, 9)) : expectSameValuesAndGradients(f, floats(shape)));
      }),
      { numRuns: 80 },
    );
  });

  test.each([
    [[1000, 97], 0],
    [[2, 600, 130], 1],
    [
      [40, 50, 33],
      [0, 1],
    ],
    [
      [2, 9, 64, 80],
      [0, 2],
    ],
  ])('of large [%s] over %s matches cpu', async (shape, axis) => {
    await expectSameValuesAndGradients((x: tf.Tensor) => tf[name](x, axis), floats(shape));
  });

  test.each([
    [[0, 400], 0],
    [
      [3, 0, 200],
      [0, 1],
    ],
    [[400, 0], 1],
  ])('of empty [%s] over %s gives zeros, as on cpu', async (shape, axis) => {
    const afterUse = (x: tf.Tensor): tf.Tensor => {
      // Freed memory with other numbers in it, which an uninitialised output would show.
      tf.dispose([tf.fill([200], 7), tf.fill([400], 7)]);
      return tf[name](x, axis);
    };
    await expectSameValues(afterUse, floats(shape));
  });
});

test('the sum of integers is exact', async () => {
  const data = Int32Array.of(16777217, 1, 2, 3);
  const [result] = await valuesOn('wasm', (x: tf.Tensor) => tf.sum(x, 0), [{ data, shape: [2, 2], dtype: 'int32' }]);
  expect(result).toEqual({ shape: [2], dtype: 'int32', values: [16777219, 4] });
});

describe('ColumnSum', () => {
  const columnSum = (x: tf.Tensor): tf.Tensor => tf.engine().runKernel('ColumnSum', { x }) as tf.Tensor;

  test.each([
    [1, 1],
    [7, 3],
    [129, 5],
    [1000, 131],
    [64, 2000],
    [129, 600],
    [5, 0],
    [0, 5],
  ])('of (%i, %i) is the sum over rows', async (rows, columns) => {
    const x = floats([rows, columns]);
    const [actual] = await valuesOn('wasm', columnSum, [x]);
    const sums = new Float64Array(columns);
    x.data.forEach((value, i) => (sums[i % columns]! += value));
    expect(actual!.shape).toEqual([columns]);
    actual!.values.forEach((value, c) => expect(Math.abs(value - sums[c]!)).toBeLessThan(2e-5));
  });

  test('keeps its precision over many rows', async () => {
    const rows = 100_000;
    const data = new Float32Array(rows).fill(0.1);
    const [actual] = await valuesOn('wasm', columnSum, [{ data, shape: [rows, 1], dtype: 'float32' }]);
    expect(Math.abs(actual!.values[0]! / (rows * Math.fround(0.1)) - 1)).toBeLessThan(2e-5);
  });

  test('refuses what is no float32 matrix', async () => {
    await expect(valuesOn('wasm', columnSum, [floats([2, 3, 4])])).rejects.toThrow(ShapeError);
    await expect(valuesOn('wasm', columnSum, [ints([2, 3], 0, 4)])).rejects.toThrow(ShapeError);
  });
});
