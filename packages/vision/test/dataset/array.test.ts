import { ConfigError, SampleError } from '@d2v/core';
import { arrayDataset } from '../../src/dataset/index.js';
import { rejection } from './files.js';

const pixels = Uint8Array.from({ length: 24 }, (_, i) => i * 10);

describe('arrayDataset', () => {
  test('cuts pixels into images with labels', async () => {
    const data = arrayDataset({ pixels, shape: [2, 2, 2, 3], labels: [1, 0] });
    expect([data.size, data.classes, data.name(1), data.label!(0)]).toEqual([2, ['0', '1'], 'array[1]', 1]);
    const item = await data.read(1);
    expect(item).toMatchObject({ name: 'array[1]', label: 0, width: 2, height: 2 });
    const raster = await item.pixels({ size: item, channels: 3, filter: 'bicubic' });
    expect([...raster.data]).toEqual([...pixels.subarray(12)]);
  });

  test('takes grey images without a channel axis, unlabelled', async () => {
    const data = arrayDataset({ pixels, shape: [4, 3, 2], name: 'mine' });
    expect([data.size, data.classes, data.label]).toEqual([4, undefined, undefined]);
    expect(await data.read(3)).toMatchObject({ name: 'mine[3]', width: 2, height: 3 });
  });

  test.each([1, 255] as const)('rounds floats in [0, %i] to bytes', async (white) => {
    const data = arrayDataset({ pixels: Float32Array.of(0, white / 2, white, white / 5), shape: [1, 2, 2], white });
    const item = await data.read(0);
    expect([...(await item.pixels({ size: item, channels: 1, filter: 'bicubic' })).data]).toEqual([0, 128, 255, 51]);
  });

  test.each([Number.NaN, Infinity, -0.1, 1.5])('names the image and value of %d', async (value) => {
    const data = arrayDataset({ pixels: Float32Array.of(0, 1, 0, 1, 0, value), shape: [3, 1, 2], white: 1 });
    await data.read(1);
    const error = await rejection(data.read(2));
    expect(error).toBeInstanceOf(SampleError);
    expect(error.message).toContain('array[2]: value 1 is');
  });

  test.each([
    [{ pixels, shape: [24] }, /is not \(images, height, width\)/],
    [{ pixels, shape: [2, 2, 3, 2] }, /2 channels/],
    [{ pixels, shape: [2, 2, 2, 1] }, /needs 8 values, got 24/],
    [{ pixels, shape: [2, 4, 3], labels: [1] }, /1 labels for 2 images/],
    [{ pixels: new Float32Array(4), shape: [1, 2, 2] }, /`white`/],
    [{ pixels, shape: [2, 4, 3], labels: [0, 1], classes: ['a', 'a'] }, /'a' is there twice/],
  ])('refuses what does not fit: %#', (array, message) => {
    expect(() => arrayDataset(array)).toThrow(ConfigError);
    expect(() => arrayDataset(array)).toThrow(message);
  });

  test.each([2, -1, 0.5, Number.NaN])('names the image whose label is %d', (label) => {
    const run = (): unknown => arrayDataset({ pixels, shape: [2, 4, 3], labels: [0, label], classes: ['a', 'b'] });
    expect(run).toThrow(SampleError);
    expect(run).toThrow(/array\[1\]: label .* is not a class in \[0, 2\)/);
  });
});
