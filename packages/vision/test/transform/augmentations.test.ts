import { RandomStream } from '@d2v/core';
import { erase } from '../../src/transform/erase.js';
import { jitter } from '../../src/transform/jitter.js';
import { normalise } from '../../src/transform/normalise.js';
import type { ImageSample } from '../../src/image/sample.js';
import type { Raster } from '../../src/image/raster.js';

const even = (value: number): Raster => ({ width: 4, height: 4, channels: 3, data: new Uint8Array(48).fill(value) });

describe('normalisation', () => {
  test('gives (value/255 − mean) / std of each channel', () => {
    const raster: Raster = { width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 51, 255, 102, 204, 153) };
    const result = normalise(raster, { mean: [0, 0.2, 0.5], std: [1, 0.5, 0.25] });
    [0, 0, 2, 0.4, 1.2, 0.4].forEach((value, i) => expect(result[i]).toBeCloseTo(value, 6));
  });
});

describe('colour jitter', () => {
  test('draws brightness uniformly in [1 − x, 1 + x]', () => {
    const draws = 3000;
    const values: number[] = [];
    for (let i = 0; i < draws; i++) {
      const raster = even(100);
      jitter(raster, { brightness: 0.4, contrast: 0, saturation: 0 }, new RandomStream([i]));
      values.push(raster.data[0]!);
    }
    expect(Math.min(...values)).toBe(60);
    expect(Math.max(...values)).toBe(139);
    const mean = values.reduce((sum, value) => sum + value, 0) / draws;
    expect(Math.abs(mean - 99.5)).toBeLessThan((4 * 80) / Math.sqrt(12 * draws));
  });

  test('never multiplies by less than 0', () => {
    for (let i = 0; i < 200; i++) {
      const raster = even(100);
      jitter(raster, { brightness: 3, contrast: 0, saturation: 0 }, new RandomStream([i]));
      expect(raster.data[0]).toBeGreaterThanOrEqual(0);
    }
  });

  test('applies its steps in random order', () => {
    // Brightening clips, so that contrast before or after gives different pixels for the same two factors.
    const kinds = new Set<string>();
    for (let i = 0; i < 40; i++) kinds.add([...new RandomStream([i]).permutation(3)].join(''));
    expect(kinds.size).toBe(6);
    const order: string[] = [];
    for (let i = 0; i < 40; i++) {
      const raster: Raster = { width: 2, height: 1, channels: 1, data: Uint8Array.of(40, 200) };
      jitter(raster, { brightness: 0.4, contrast: 0.4, saturation: 0 }, new RandomStream([i]));
      order.push([...raster.data].join());
    }
    expect(new Set(order).size).toBeGreaterThan(30);
  });

  test('saturation keeps grey grey, and strength 0 changes nothing', () => {
    const grey = even(90);
    jitter(grey, { brightness: 0, contrast: 0, saturation: 0.9 }, new RandomStream([1]));
    expect(grey).toEqual(even(90));
    const colour: Raster = { width: 1, height: 1, channels: 3, data: Uint8Array.of(10, 90, 200) };
    jitter(colour, { brightness: 0, contrast: 0, saturation: 0 }, new RandomStream([1]));
    expect([...colour.data]).toEqual([10, 90, 200]);
  });
});

describe('random erasing', () => {
  const options = { probability: 0.25, scale: [0.02, 1 / 3], ratio: [0.3, 1 / 0.3] } as const;
  const sample = (): ImageSample => ({
    pixels: new Float32Array(32 * 24 * 3).fill(9),
    width: 32,
    height: 24,
    channels: 3,
    name: 'x',
  });

  test('erases a quarter of the images, each by one box of standard normal noise', () => {
    const draws = 2000;
    let erased = 0;
    let [count, sum, squares] = [0, 0, 0];
    for (let i = 0; i < draws; i++) {
      const image = sample();
      erase(image, options, new RandomStream([i]));
      const touched: number[] = [];
      image.pixels.forEach((value, at) => {
        if (value === 9) return;
        touched.push(at);
        count++;
        sum += value;
        squares += value * value;
      });
      if (touched.length === 0) continue;
      erased++;
      const columns = touched.map((at) => Math.floor(at / 3) % 32);
      const rows = touched.map((at) => Math.floor(at / 96));
      const width = Math.max(...columns) - Math.min(...columns) + 1;
      const height = Math.max(...rows) - Math.min(...rows) + 1;
      expect(touched).toHaveLength(width * height * 3);
      expect(width * height).toBeLessThan((32 * 24) / 3 + 32);
    }
    expect(Math.abs(erased - draws / 4)).toBeLessThan(4 * Math.sqrt(draws * 0.25 * 0.75));
    expect(Math.abs(sum / count)).toBeLessThan(0.02);
    expect(Math.abs(squares / count - 1)).toBeLessThan(0.02);
  });

  test('probability 0 erases nothing', () => {
    const image = sample();
    for (let i = 0; i < 50; i++) erase(image, { ...options, probability: 0 }, new RandomStream([i]));
    expect(image).toEqual(sample());
  });

  test('an image of one pixel is left alone', () => {
    const dot: ImageSample = { pixels: Float32Array.of(9), width: 1, height: 1, channels: 1, name: 'x' };
    erase(dot, { ...options, probability: 1 }, new RandomStream([1]));
    expect(dot.pixels[0]).toBe(9);
  });
});
