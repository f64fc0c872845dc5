import { RandomStream, SampleError, type Mode } from '@d2v/core';
import { createTransform, transformSchema } from '../src/transform/transform.js';

const item = { name: 'ramp', values: Float32Array.from({ length: 20 }, (_, i) => i), label: 3 };

const window = (options: object, mode: Mode, seed = 0, channels = 2) =>
  createTransform(transformSchema.parse(options), { channels, length: 4 }, mode)(item, new RandomStream([seed]));

describe('transform', () => {
  test('takes the middle of a long recording in evaluation', async () => {
    const { values, label, name } = await window({ standardise: false }, 'evaluate');
    expect([[...values], label, name]).toEqual([[6, 7, 8, 9, 10, 11, 12, 13], 3, 'ramp']);
  });

  test('takes every window in training, by its stream alone', async () => {
    const starts = await Promise.all(
      Array.from(
        { length: 60 },
        async (_, seed) => (await window({ standardise: false }, 'pretrain', seed)).values[0]!,
      ),
    );
    expect([...new Set(starts)].sort((a, b) => a - b)).toEqual([0, 2, 4, 6, 8, 10, 12]);
    expect((await window({ standardise: false }, 'pretrain', 7)).values[0]).toBe(starts[7]);
  });

  test('gives each channel mean 0 and deviation 1', async () => {
    const { values } = await window({}, 'evaluate');
    for (const channel of [0, 1]) {
      const own = [...values].filter((_, i) => i % 2 === channel);
      expect(own.reduce((a, b) => a + b) / own.length).toBeCloseTo(0, 6);
      expect(own.reduce((a, b) => a + b * b, 0) / own.length).toBeCloseTo(1, 6);
    }
  });

  test('adds noise in training only, and never changes the recording', async () => {
    const before = item.values.slice();
    const plain = await window({ standardise: false }, 'pretrain', 5);
    const noisy = await window({ standardise: false, noise: 0.1 }, 'pretrain', 5);
    expect(noisy.values.some((value, i) => value !== plain.values[i])).toBe(true);
    noisy.values.forEach((value, i) => expect(Math.abs(value - plain.values[i]!)).toBeLessThan(1));
    const [quiet, evaluated] = [await window({}, 'evaluate'), await window({ noise: 0.1 }, 'evaluate')];
    expect(evaluated.values).toEqual(quiet.values);
    expect(item.values).toEqual(before);
  });

  test('names a recording that is not whole steps', async () => {
    await expect(window({}, 'evaluate', 0, 3)).rejects.toBeInstanceOf(SampleError);
    await expect(window({}, 'evaluate', 0, 3)).rejects.toThrow('ramp: has 20 values');
  });
});
