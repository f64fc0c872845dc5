import { RandomStream } from '@d2v/core';
import { brightness, colour, contrast, sharpness } from '../../src/transform/enhance.js';
import {
  affine,
  rotation,
  shearX,
  shearY,
  translateX,
  translateY,
  type Matrix,
} from '../../src/transform/randaugment/affine.js';
import { operations, randAugment } from '../../src/transform/randaugment/index.js';
import {
  autoContrast,
  equalise,
  invert,
  posterise,
  solarise,
  solariseAdd,
} from '../../src/transform/randaugment/levels.js';
import type { Filter } from '../../src/image/item.js';
import type { Raster } from '../../src/image/raster.js';
import { fixture, raster } from './pil.js';

const fills = { 1: [128], 3: [124, 116, 104] } as const;

const levels: Readonly<Record<string, (raster: Raster, argument: number) => void>> = {
  autoContrast,
  equalise,
  invert,
  posterise,
  solarise,
  solariseAdd,
  brightness,
  colour,
  contrast,
  sharpness,
};

const moves: Readonly<Record<string, (amount: number, raster: Raster) => Matrix>> = {
  rotate: rotation,
  shearX,
  shearY,
  translateX: (share, { width }) => translateX(share * width),
  translateY: (share, { height }) => translateY(share * height),
};

function apply(source: Raster, operation: string, argument: number, filter: Filter): void {
  const move = moves[operation];
  if (move) affine(source, move(argument, source), { filter, fill: fills[source.channels] });
  else levels[operation]!(source, argument);
}

describe("PIL's operations", () => {
  test.each(
    fixture.operations.map((entry) => [entry.operation, entry.argument, entry.filter, entry.image, entry] as const),
  )('%s(%s) %s of image %i gives the bytes that PIL gives', (operation, argument, filter, index, { out }) => {
    const source = raster(fixture.images[index]!);
    apply(source, operation, argument ?? 0, filter);
    expect(source).toEqual(raster(out));
  });

  test('an even channel is left alone by autoContrast and equalise', () => {
    for (const operation of [autoContrast, equalise]) {
      const even: Raster = { width: 2, height: 2, channels: 1, data: new Uint8Array(4).fill(77) };
      operation(even);
      expect([...even.data]).toEqual([77, 77, 77, 77]);
    }
  });

  test('images of one pixel survive every operation', () => {
    for (const [name, operation] of Object.entries(operations)) {
      const dot: Raster = { width: 1, height: 1, channels: 3, data: Uint8Array.of(10, 200, 30) };
      operation(dot, 9, { filter: 'bicubic', fill: [1, 2, 3], stream: new RandomStream([name]) });
      expect(dot.data).toHaveLength(3);
    }
  });
});

describe('RandAugment', () => {
  const options = { layers: 2, magnitude: 9, std: 0.5, probability: 0.5 };
  const context = { filter: 'bicubic', fill: [128, 128, 128] } as const;

  test('draws from the fifteen operations of timm', () => {
    expect(Object.keys(operations)).toHaveLength(15);
  });

  test('leaves an image alone with probability 1/4: two operations, each applied half of the time', () => {
    // Counted on the stream's choices, not on pixels: an operation such as AutoContrast may change nothing.
    const calls: string[] = [];
    const original = { ...operations };
    const counted = operations as Record<string, (typeof operations)[string]>;
    for (const name of Object.keys(original)) counted[name] = () => void calls.push(name);
    try {
      const draws = 6000;
      let untouched = 0;
      const dot: Raster = { width: 1, height: 1, channels: 3, data: new Uint8Array(3) };
      for (let i = 0; i < draws; i++) {
        const before = calls.length;
        randAugment(dot, options, context, new RandomStream([i]));
        if (calls.length === before) untouched++;
      }
      expect(untouched / draws).toBeCloseTo(0.25, 1);
      expect(Math.abs(untouched - draws / 4)).toBeLessThan(4 * Math.sqrt(draws * 0.25 * 0.75));
      for (const name of Object.keys(original)) {
        const count = calls.filter((call) => call === name).length;
        expect(Math.abs(count - draws / 15)).toBeLessThan(5 * Math.sqrt(draws / 15));
      }
    } finally {
      Object.assign(counted, original);
    }
  });

  test('draws levels around the magnitude, cut to [0, 10]', () => {
    const counted = operations as Record<string, (typeof operations)[string]>;
    const original = { ...operations };
    const seen: number[] = [];
    for (const name of Object.keys(original)) counted[name] = (_, level) => void seen.push(level);
    try {
      const dot: Raster = { width: 1, height: 1, channels: 3, data: new Uint8Array(3) };
      for (let i = 0; i < 4000; i++)
        randAugment(dot, { ...options, std: 1, probability: 1 }, context, new RandomStream([i]));
    } finally {
      Object.assign(counted, original);
    }
    expect(seen).toHaveLength(8000);
    expect(Math.max(...seen)).toBe(10);
    const atTen = seen.filter((level) => level === 10).length / seen.length;
    expect(Math.abs(atTen - 0.1587)).toBeLessThan(0.02);
    const below = seen.filter((level) => level < 8).length / seen.length;
    expect(Math.abs(below - 0.1587)).toBeLessThan(0.02);
  });

  test('signs are drawn evenly, and increasing operations grow away from the identity', () => {
    const shifts = new Set<number>();
    for (let i = 0; i < 20; i++) {
      const line: Raster = {
        width: 20,
        height: 1,
        channels: 1,
        data: Uint8Array.from({ length: 20 }, (_, x) => 10 * x),
      };
      operations['TranslateXRel']!(line, 10, { filter: 'bilinear', fill: [255], stream: new RandomStream([i]) });
      shifts.add(line.data.findIndex((value) => value === 255));
    }
    expect(shifts).toEqual(new Set([0, 11]));
    const ramp = (): Raster => ({
      width: 256,
      height: 1,
      channels: 1,
      data: Uint8Array.from({ length: 256 }, (_, x) => x),
    });
    const distinct = [0, 5, 9, 10].map((level) => {
      const line = ramp();
      operations['PosterizeIncreasing']!(line, level, { ...context, stream: new RandomStream([0]) });
      return new Set(line.data).size;
    });
    expect(distinct).toEqual([16, 4, 2, 1]);
    const inverted = [0, 5, 10].map((level) => {
      const line = ramp();
      operations['SolarizeIncreasing']!(line, level, { ...context, stream: new RandomStream([0]) });
      return line.data.filter((value, x) => value !== x).length;
    });
    expect(inverted).toEqual([0, 128, 256]);
  });

  test('is a pure function of the stream', () => {
    const run = (key: number): Uint8Array => {
      const image = raster(fixture.images[0]!);
      randAugment(image, { ...options, probability: 1 }, context, new RandomStream([key]));
      return image.data;
    };
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
  });
});
