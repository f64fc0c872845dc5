import { RandomStream, SampleError, ShapeError, softLabels, type HostTensor } from '@d2v/core';
import { cutBox } from '../../src/mix/cut-box.js';
import { mixImages, mixSchema, type MixOptions } from '../../src/mix/index.js';

const [B, H, W, C] = [4, 6, 5, 3] as const;

/** Every value of image i is i. */
const images = (): HostTensor => ({
  data: Float32Array.from({ length: B * H * W * C }, (_, at) => Math.floor(at / (H * W * C))),
  shape: [B, H, W, C],
});

const labels = [0, 1, 2, 0];
const options = (given: Partial<MixOptions> = {}): MixOptions => mixSchema.parse(given);
const mix = (given: Partial<MixOptions>, key: number) =>
  mixImages(images(), labels, 3, options(given), new RandomStream([key]));
const row = ({ data, shape }: HostTensor, i: number): number[] => {
  const length = data.length / shape[0]!;
  return [...data.subarray(i * length, (i + 1) * length)];
};

describe('mixup', () => {
  test('blends each image and label with those of its mirrored row, by one λ', () => {
    for (let key = 0; key < 20; key++) {
      const { images: mixed, targets, lambda } = mix({ cutmix: 0, labelSmoothing: 0 }, key);
      expect(lambda).toBeGreaterThanOrEqual(0);
      expect(lambda).toBeLessThanOrEqual(1);
      for (let i = 0; i < B; i++) {
        const value = lambda * i + (1 - lambda) * (B - 1 - i);
        for (const pixel of row(mixed, i)) expect(pixel).toBeCloseTo(value, 5);
      }
      expect(row(targets, 1)[1]).toBeCloseTo(lambda, 6);
      expect(row(targets, 1)[2]).toBeCloseTo(1 - lambda, 6);
      expect(row(targets, 0)[0]).toBeCloseTo(1, 6);
    }
  });

  test('draws λ from Beta(α, α)', () => {
    const draws = 4000;
    let [mean, square] = [0, 0];
    for (let key = 0; key < draws; key++) {
      const { lambda } = mix({ cutmix: 0 }, key);
      mean += lambda / draws;
      square += (lambda - 0.5) ** 2 / draws;
    }
    const variance = 1 / (4 * (2 * 0.8 + 1));
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(variance / draws));
    expect(square).toBeCloseTo(variance, 2);
  });
});

describe('cutmix', () => {
  test('replaces one box by that of the mirrored row and weights the labels by its area', () => {
    const sizes = new Set<number>();
    for (let key = 0; key < 60; key++) {
      const { images: mixed, targets, lambda } = mix({ mixup: 0, labelSmoothing: 0 }, key);
      const replaced = row(mixed, 0).flatMap((value, at) => (value === B - 1 ? [at] : []));
      expect(row(mixed, 0).every((value) => value === 0 || value === B - 1)).toBe(true);
      expect(row(mixed, 1).flatMap((value, at) => (value === B - 2 ? [at] : []))).toEqual(replaced);
      expect(lambda).toBeCloseTo(1 - replaced.length / (H * W * C), 10);
      expect(row(targets, 1)[2]).toBeCloseTo(1 - lambda, 6);
      sizes.add(replaced.length);
    }
    expect(sizes.size).toBeGreaterThan(4);
  });

  test('draws its box anywhere, with sides √(1 − λ) where it fits', () => {
    const draws = 4000;
    const centre = { x: 0, y: 0 };
    let [inner, outside] = [0, 0];
    for (let key = 0; key < draws; key++) {
      const box = cutBox(100, 60, 0.75, new RandomStream([key]));
      const fits = box.left >= 0 && box.left + box.width <= 100 && box.top >= 0 && box.top + box.height <= 60;
      if (!fits || box.width > 50 || box.height > 30) outside++;
      if (box.width === 50 && box.height === 30) inner++;
      centre.x += (box.left + box.width / 2) / draws;
      centre.y += (box.top + box.height / 2) / draws;
    }
    expect(outside).toBe(0);
    expect(centre.x).toBeCloseTo(50, -1);
    expect(centre.y).toBeCloseTo(30, -1);
    expect(Math.abs(inner / draws - (51 / 100) * (31 / 60))).toBeLessThan(0.03);
  });
});

describe('mixImages', () => {
  test('chooses cutmix and mixup half of the time each, and mixes as often as asked', () => {
    const draws = 2000;
    let [cut, none] = [0, 0];
    for (let key = 0; key < draws; key++) {
      const { images: mixed, lambda } = mix({ probability: 0.8 }, key);
      const first = row(mixed, 0);
      if (lambda === 1) none++;
      else if (first.every((value) => value === 0 || value === B - 1)) cut++;
    }
    // A cutmix box that rounds to nothing counts as no mixing: λ is 1 then.
    expect(none / draws).toBeGreaterThan(0.2 - 0.04);
    expect(none / draws).toBeLessThan(0.2 + 0.4 * 0.2);
    expect(cut / draws).toBeGreaterThan(0.3);
    expect(cut / draws).toBeLessThan(0.44);
  });

  test('leaves images alone with probability 0 or both kinds off, but smooths the labels', () => {
    for (const given of [{ probability: 0 }, { mixup: 0, cutmix: 0 }]) {
      const result = mix({ ...given, labelSmoothing: 0.3 }, 1);
      expect(result.lambda).toBe(1);
      expect(result.images).toEqual(images());
      expect(row(result.targets, 2).map((value) => Math.round(value * 1000))).toEqual([100, 100, 800]);
    }
  });

  test('targets sum to 1 and inputs are not touched', () => {
    const input = images();
    for (let key = 0; key < 20; key++) {
      const { targets } = mixImages(input, labels, 3, options(), new RandomStream([key]));
      for (let i = 0; i < B; i++) expect(row(targets, i).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
    expect(input).toEqual(images());
  });

  test('is a pure function of the stream', () => {
    expect(mix({}, 3)).toEqual(mix({}, 3));
    expect(mix({}, 3).lambda).not.toBe(mix({}, 4).lambda);
  });

  test('refuses a batch of another shape and labels out of range', () => {
    const stream = new RandomStream([1]);
    expect(() => mixImages(images(), [0, 1], 3, options(), stream)).toThrow(ShapeError);
    expect(() => mixImages({ data: new Int32Array(4), shape: [4, 1, 1, 1] }, labels, 3, options(), stream)).toThrow(
      ShapeError,
    );
    expect(() => mixImages(images(), [0, 1, 3, 0], 3, options(), stream)).toThrow(
      /row 2 of the batch: label 3 is not a class in \[0, 3\)/,
    );
    expect(() => softLabels([Number.NaN], 3, 0)).toThrow(SampleError);
  });
});
