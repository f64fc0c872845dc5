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

const dtypes = ['float32', 'int32', 'bool'] as const;
const axis = fc.integer({ min: 1, max: 6 });
const anyShape = fc.array(axis, { minLength: 1, maxLength: 5 });
const anyDtype = fc.constantFrom(...dtypes);

describe('slice', () => {
  test('any block of any tensor matches cpu', async () => {
    const input = anyShape.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        dtype: anyDtype,
        blocks: fc.tuple(...shape.map((size) => fc.tuple(fc.nat(size), fc.nat(size)))),
      }),
    );
    await fc.assert(
      fc.asyncProperty(input, async ({ shape, dtype, blocks }) => {
        const begin = blocks.map(([a, b]) => Math.min(a, b));
        const size = blocks.map(([a, b]) => Math.abs(a - b));
        await expectSameValues((x: tf.Tensor) => tf.slice(x, begin, size), anything(dtype, shape));
      }),
      { numRuns: 150 },
    );
  });

  test('gradients match cpu', async () => {
    await expectSameValuesAndGradients((x: tf.Tensor) => tf.slice(x, [0, 1, 2], [3, 2, 70]), floats([3, 4, 75]));
    await expectSameValuesAndGradients((x: tf.Tensor) => tf.slice(x, [0, 0], [3, 4]), floats([3, 4]));
  });

  test('refuses a block that leaves the tensor', () => {
    const x = tf.zeros([3, 4]);
    expect(() => tf.slice(x, [2, 0], [2, 4])).toThrow(/begin\[0\] \+ size\[0\]/);
    x.dispose();
  });
});

describe.each(dtypes)('on %s', (dtype) => {
  const same = dtype === 'float32' ? expectSameValuesAndGradients : expectSameValues;

  test('split matches cpu', async () => {
    await same((x: tf.Tensor) => tf.split(x, 3, 1), anything(dtype, [5, 6]));
    await same((x: tf.Tensor) => tf.split(x, [1, 4, 2], -1), anything(dtype, [2, 3, 7]));
  });

  test('unstack matches cpu', async () => {
    await same((x: tf.Tensor) => tf.unstack(x, 1), anything(dtype, [2, 3, 4]));
  });

  test('concat matches cpu', async () => {
    await same(
      (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => tf.concat([a, b, c], 1),
      anything(dtype, [2, 3, 5]),
      anything(dtype, [2, 1, 5]),
      anything(dtype, [2, 4, 5], 2),
    );
    await same(
      (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], -1),
      anything(dtype, [7, 1]),
      anything(dtype, [7, 90]),
    );
    await same((a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 0), anything(dtype, [2, 3]), anything(dtype, [1, 3]));
  });

  test('concat with empty tensors matches cpu', async () => {
    await expectSameValues(
      (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 0),
      anything(dtype, [0, 3]),
      anything(dtype, [2, 3]),
    );
    await expectSameValues(
      (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 1),
      anything(dtype, [0, 3]),
      anything(dtype, [0, 2]),
    );
  });

  test('stack matches cpu', async () => {
    await same(
      (a: tf.Tensor, b: tf.Tensor) => tf.stack([a, b], 1),
      anything(dtype, [3, 4]),
      anything(dtype, [3, 4], 2),
    );
    await same(
      (a: tf.Tensor, b: tf.Tensor) => tf.stack([a, b], -1),
      anything(dtype, [3, 4]),
      anything(dtype, [3, 4], 2),
    );
    await same((a: tf.Tensor) => tf.stack([a], 0), anything(dtype, [3, 4]));
  });

  test('reverse matches cpu', async () => {
    await same((x: tf.Tensor) => tf.reverse(x, 1), anything(dtype, [3, 70]));
    await same((x: tf.Tensor) => tf.reverse(x, [0, -1]), anything(dtype, [3, 2, 5]));
  });

  test('stridedSlice matches cpu and keeps the dtype', async () => {
    await expectSameValues((x: tf.Tensor) => tf.stridedSlice(x, [0, 1], [6, 5], [2, 2]), anything(dtype, [6, 5]));
    await expectSameValues((x: tf.Tensor) => tf.stridedSlice(x, [5, 4], [0, -6], [-2, -1]), anything(dtype, [6, 5]));
    await expectSameValues(
      (x: tf.Tensor) => tf.stridedSlice(x, [1, 1], [2, 4], [1, 1], 0, 0, 0, 0, 1),
      anything(dtype, [6, 5]),
    );
    await expectSameValues((x: tf.Tensor) => tf.stridedSlice(x, [0, 0], [6, 5], [1, 1]), anything(dtype, [6, 5]));
    await expectSameValues((x: tf.Tensor) => tf.stridedSlice(x, [3, 0], [3, 5], [2, 1]), anything(dtype, [6, 5]));
  });

  test('many of these leave their neighbours on the heap alone', async () => {
    // 251 elements: an operation that writes 4 bytes for each bool would reach far into what follows.
    const f = (x: tf.Tensor): tf.Tensor[] => {
      const results: tf.Tensor[] = [];
      for (let i = 0; i < 20; i++) {
        results.push(
          tf.reverse(x, 0),
          tf.stridedSlice(x, [0], [251], [2]),
          tf.where(tf.cast(x, 'bool'), x, tf.reverse(x, 0)),
        );
      }
      return results;
    };
    await expectSameValues(f, anything(dtype, [251]));
  });
});

test('strings are still sliced and joined', () => {
  tf.tidy(() => {
    const x = tf.tensor1d(['a', 'b', 'c'], 'string');
    expect(Array.from(tf.slice(x, [1], [2]).dataSync())).toEqual(['b', 'c']);
    expect(Array.from(tf.concat([x, x]).dataSync())).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });
});

test('a strided slice that drops an axis takes the elements of the others', () => {
  tf.tidy(() => {
    // The cpu backend reads the wrong elements here.
    const x = tf.reshape(tf.range(0, 30), [6, 5]);
    const row = tf.stridedSlice(x, [2, 0], [3, 5], [1, 2], 0, 0, 0, 0, 1);
    expect(row.shape).toEqual([3]);
    expect(Array.from(row.dataSync())).toEqual([10, 12, 14]);
  });
});

test('an empty slice has its shape', async () => {
  const [result] = await valuesOn('wasm', (x: tf.Tensor) => tf.slice(x, [1, 0], [0, 4]), [floats([3, 4])]);
  expect(result).toEqual({ shape: [0, 4], dtype: 'float32', values: [] });
});
