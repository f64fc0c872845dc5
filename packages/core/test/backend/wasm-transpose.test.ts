import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {
  anything,
  expectSameValues,
  expectSameValuesAndGradients,
  floats,
  useWasm,
  valuesOn,
} from './wasm-against-cpu.js';

beforeAll(useWasm);

const by =
  (perm: number[]) =>
  (x: tf.Tensor): tf.Tensor =>
    tf.transpose(x, perm);

test.each([
  [
    [7, 5],
    [1, 0],
  ],
  [
    [300, 257],
    [1, 0],
  ],
  [
    [3, 4, 5],
    [2, 1, 0],
  ],
  [
    [2, 5, 3, 4],
    [0, 2, 1, 3],
  ],
  [
    [2, 5, 3, 4],
    [0, 2, 3, 1],
  ],
  [
    [2, 5, 3, 2, 4],
    [2, 0, 3, 1, 4],
  ],
  [
    [2, 3, 2, 3, 2, 3],
    [5, 3, 1, 0, 2, 4],
  ],
  [
    [2, 1, 3, 1, 4],
    [3, 4, 1, 2, 0],
  ],
  [
    [1, 6, 1],
    [2, 1, 0],
  ],
  [
    [4, 2, 3, 70],
    [1, 0, 2, 3],
  ],
])('[%s] by [%s] matches cpu', async (shape, perm) => {
  await expectSameValuesAndGradients(by(perm), floats(shape));
});

test('any permutation of any shape and dtype matches cpu', async () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });
  const input = shapes.chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      perm: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
      dtype: fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const),
    }),
  );
  await fc.assert(
    fc.asyncProperty(input, async ({ shape, perm, dtype }) => {
      await expectSameValues(by(perm), anything(dtype, shape));
    }),
    { numRuns: 200 },
  );
});

test.each([
  [
    [0, 4],
    [1, 0],
  ],
  [
    [3, 0, 5],
    [2, 0, 1],
  ],
  [
    [2, 3, 0, 2, 2],
    [4, 2, 0, 3, 1],
  ],
])('an empty [%s] by [%s] stays empty', async (shape, perm) => {
  await expectSameValues(by(perm), floats(shape));
});

test('keeps every float as it is, NaN and -0 among them', async () => {
  const data = Float32Array.from([NaN, -0, Infinity, -Infinity, 1e-45, 3.4e38, 1, -1]);
  const input = { data, shape: [2, 1, 2, 2, 1], dtype: 'float32' as const };
  const [actual] = await valuesOn('wasm', by([4, 2, 0, 3, 1]), [input]);
  const [expected] = await valuesOn('cpu', by([4, 2, 0, 3, 1]), [input]);
  expect(actual!.values.every((value, i) => Object.is(value, expected!.values[i]))).toBe(true);
});
