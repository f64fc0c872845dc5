import { RandomStream } from '@d2v/core';
import fc from 'fast-check';
import { centreCrop, randomCrop } from '../../src/transform/crop.js';

const side = fc.integer({ min: 1, max: 600 });
const size = fc.record({ width: side, height: side });
const options = { scale: [0.2, 1], ratio: [3 / 4, 4 / 3] } as const;

describe('random resized crop', () => {
  test('lies inside the image, whatever its shape', () => {
    fc.assert(
      fc.property(size, size, fc.nat(), (image, target, key) => {
        const box = randomCrop(image, target, options, new RandomStream([key]));
        expect(box.width).toBeGreaterThan(0);
        expect(box.height).toBeGreaterThan(0);
        expect(box.left).toBeGreaterThanOrEqual(0);
        expect(box.top).toBeGreaterThanOrEqual(0);
        expect(box.left + box.width).toBeLessThanOrEqual(image.width);
        expect(box.top + box.height).toBeLessThanOrEqual(image.height);
      }),
      { numRuns: 500 },
    );
  });

  test('has the asked area and ratio, uniform and log-uniform, where the image has room', () => {
    const image = { width: 4000, height: 4000 };
    const narrow = { scale: [0.1, 0.3], ratio: [0.5, 2] } as const;
    const draws = 4000;
    let [area, logRatio, squared, left] = [0, 0, 0, 0];
    for (let i = 0; i < draws; i++) {
      const box = randomCrop(image, { width: 224, height: 224 }, narrow, new RandomStream([i]));
      const share = (box.width * box.height) / 16e6;
      expect(share).toBeGreaterThan(0.0999);
      expect(share).toBeLessThan(0.3001);
      area += share / draws;
      const log = Math.log(box.width / box.height);
      expect(Math.abs(log)).toBeLessThan(Math.log(2.002));
      logRatio += log / draws;
      squared += (log * log) / draws;
      left += box.left / (image.width - box.width) / draws;
    }
    expect(Math.abs(area - 0.2)).toBeLessThan((4 * 0.2) / Math.sqrt(12 * draws));
    expect(Math.abs(logRatio)).toBeLessThan((4 * 2 * Math.log(2)) / Math.sqrt(12 * draws));
    expect(squared).toBeCloseTo(Math.log(2) ** 2 / 3, 1);
    expect(Math.abs(left - 0.5)).toBeLessThan(4 / Math.sqrt(12 * draws));
  });

  test('falls back to the largest allowed box in the middle where ten attempts fail', () => {
    const stream = (): RandomStream => new RandomStream([1]);
    const square = { width: 10, height: 10 };
    const all = { scale: [1, 1], ratio: [3 / 4, 4 / 3] } as const;
    expect(randomCrop({ width: 300, height: 30 }, square, all, stream())).toEqual({
      left: 130,
      top: 0,
      width: 40,
      height: 30,
    });
    expect(randomCrop({ width: 30, height: 300 }, square, all, stream())).toEqual({
      left: 0,
      top: 130,
      width: 30,
      height: 40,
    });
    // a square one and ratio 2:1 only: every attempt at the whole area is too wide
    const wide = { scale: [1, 1], ratio: [2, 2] } as const;
    expect(randomCrop({ width: 100, height: 100 }, square, wide, stream())).toEqual({
      left: 0,
      top: 25,
      width: 100,
      height: 50,
    });
  });

  test('refers its ratio to that of the target', () => {
    for (let i = 0; i < 50; i++) {
      const box = randomCrop(
        { width: 1000, height: 1000 },
        { width: 40, height: 10 },
        { scale: [0.1, 0.1], ratio: [1, 1] },
        new RandomStream([i]),
      );
      expect(box.width / box.height).toBeCloseTo(4, 1);
    }
  });
});

describe('resize and centre crop', () => {
  test('resizes the shorter side and cuts the middle, rounded as torchvision does', () => {
    expect(centreCrop({ width: 500, height: 375 }, { width: 224, height: 224 }, 256)).toEqual({
      size: { width: 341, height: 256 },
      cut: { left: 58, top: 16, width: 224, height: 224 },
    });
    expect(centreCrop({ width: 375, height: 500 }, { width: 224, height: 224 }, 256)).toEqual({
      size: { width: 256, height: 341 },
      cut: { left: 16, top: 58, width: 224, height: 224 },
    });
  });

  test('leaves an image of the right size alone', () => {
    const size = { width: 28, height: 28 };
    expect(centreCrop(size, size, 28)).toEqual({ size, cut: { left: 0, top: 0, ...size } });
  });

  test('cuts the target out of an image that covers it, whatever the shapes', () => {
    fc.assert(
      fc.property(size, size, fc.double({ min: 1, max: 2, noNaN: true }), (image, target, enlarge) => {
        const shorter = Math.min(target.width, target.height);
        const { size: resized, cut } = centreCrop(image, target, Math.round(shorter * enlarge));
        expect([cut.width, cut.height]).toEqual([target.width, target.height]);
        expect(cut.left).toBeGreaterThanOrEqual(0);
        expect(cut.top).toBeGreaterThanOrEqual(0);
        expect(cut.left + cut.width).toBeLessThanOrEqual(resized.width);
        expect(cut.top + cut.height).toBeLessThanOrEqual(resized.height);
      }),
      { numRuns: 500 },
    );
  });
});
