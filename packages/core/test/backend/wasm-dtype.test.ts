import * as tf from '@tensorflow/tfjs';
import {
  anything,
  bools,
  expectSameValues,
  expectSameValuesAndGradients,
  floats,
  ints,
  useWasm,
  type Host,
} from './wasm-against-cpu.js';

beforeAll(useWasm);

const dtypes = ['float32', 'int32', 'bool'] as const;

describe('where', () => {
  const choose = (condition: tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.where(condition, a, b);

  test.each(dtypes)('on %s matches cpu', async (dtype) => {
    const same = dtype === 'float32' ? expectSameValuesAndGradients : expectSameValues;
    await same(choose, bools([3, 5]), anything(dtype, [3, 5]), anything(dtype, [3, 5], 2));
    await same(choose, bools([257]), anything(dtype, [257]), anything(dtype, [257], 2));
    await expectSameValues(choose, bools([3, 1]), anything(dtype, [3, 5]), anything(dtype, [1, 5], 2));
    await expectSameValues(choose, bools([]), anything(dtype, [3]), anything(dtype, [3], 2));
    await expectSameValues(choose, bools([0]), anything(dtype, [0]), anything(dtype, [0]));
  });

  test('a condition of rank 1 chooses whole rows of a bool tensor', () => {
    const rows = tf.tidy(() => {
      const inputs = {
        condition: tf.tensor1d([1, 0, 1], 'bool'),
        t: tf.tensor([1, 1, 1, 1, 0, 0], [3, 2], 'bool'),
        e: tf.tensor([0, 0, 0, 1, 0, 0], [3, 2], 'bool'),
      };
      return Array.from((tf.engine().runKernel('Select', inputs) as tf.Tensor).dataSync()) as never;
    }) as number[];
    expect(rows).toEqual([1, 1, 0, 1, 0, 0]);
  });
});

describe('cast', () => {
  const special: Host = {
    data: Float32Array.of(0, -0, 0.5, -1.7, 2, 255, 256, NaN, Infinity, 1e-40),
    shape: [10],
    dtype: 'float32',
  };

  test('to bool means not equal to 0', async () => {
    await expectSameValues((x: tf.Tensor) => tf.cast(x, 'bool'), special);
    await expectSameValues((x: tf.Tensor) => tf.cast(x, 'bool'), {
      data: Int32Array.of(0, 1, 2, -1, 256, 65536),
      shape: [6],
      dtype: 'int32',
    });
    await expectSameValues((x: tf.Tensor) => tf.cast(x, 'bool'), floats([0, 3]));
  });

  test.each(dtypes.flatMap((from) => dtypes.map((to) => [from, to] as const)))(
    'from %s to %s matches cpu',
    async (from, to) => {
      await expectSameValues(
        (x: tf.Tensor) => tf.cast(from === 'float32' ? tf.mul(x, 9) : x, to),
        anything(from, [5, 7]),
      );
    },
  );

  test('passes gradients on', async () => {
    await expectSameValuesAndGradients((x: tf.Tensor) => tf.mul(tf.cast(x, 'float32'), x), floats([4]));
  });
});

describe('oneHot', () => {
  test.each(dtypes.flatMap((dtype) => [[dtype, 1, 0] as const, [dtype, 0.9, 0.1] as const]))(
    'as %s with %d and %d matches cpu',
    async (dtype, on, off) => {
      // The cpu backend keeps fractions in an int32 tensor's buffer; TensorFlow's integers are whole.
      const [onValue, offValue] = dtype === 'float32' ? [on, off] : [Math.trunc(on), Math.trunc(off)];
      await expectSameValues(
        (i: tf.Tensor) => tf.oneHot(i as tf.Tensor1D, 5, onValue, offValue, dtype),
        ints([3, 4], -1, 7),
      );
    },
  );

  test('of nothing is empty', async () => {
    await expectSameValues((i: tf.Tensor) => tf.oneHot(i as tf.Tensor1D, 5), ints([0], 0, 5));
  });
});

describe('a copy that is none', () => {
  test('clone shares the memory until the last of both is disposed', () => {
    const x = tf.tensor1d([1, 2, 3]);
    const before = tf.memory().numDataBuffers;
    const copy = tf.engine().runKernel('Identity', { x }) as tf.Tensor;
    expect(tf.memory().numDataBuffers).toBe(before);
    x.dispose();
    expect(Array.from(copy.dataSync())).toEqual([1, 2, 3]);
    copy.dispose();
    expect(tf.memory().numDataBuffers).toBe(before - 1);
  });

  test('a variable that is assigned leaves the clone of its old value alone', () => {
    tf.tidy(() => {
      const variable = tf.variable(tf.tensor1d([1, 2]));
      const old = variable.clone();
      const saved = tf.engine().runKernel('Identity', { x: variable }) as tf.Tensor;
      variable.assign(tf.tensor1d([5, 6]));
      expect(Array.from(old.dataSync())).toEqual([1, 2]);
      expect(Array.from(saved.dataSync())).toEqual([1, 2]);
      variable.dispose();
    });
  });

  test.each(dtypes)('clone of %s matches cpu', async (dtype) => {
    await expectSameValues((x: tf.Tensor) => tf.clone(x), anything(dtype, [3, 4]));
  });
});
