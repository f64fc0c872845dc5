import { dropout, dropoutMask, dropPath, HostNoise, RandomStream, type Context } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { ones, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { random } from './values.js';

beforeAll(useBackend);

const training = (seed = 1): Context => ({ noise: new HostNoise(new RandomStream(['dropout', seed])) });

/** Four standard deviations of the share of `count` draws with probability `p`. */
const spread = (p: number, count: number): number => 4 * Math.sqrt((p * (1 - p)) / count);

test('dropout keeps the share 1 − rate and the mean', () => {
  tidy(() => {
    const kept = dropout(ones([200, 100]), 0.3, training(), 'x').dataSync();
    expect(new Set(kept)).toEqual(new Set([0, Math.fround(1 / 0.7)]));
    const share = kept.filter((value) => value > 0).length / kept.length;
    expect(Math.abs(share - 0.7)).toBeLessThan(spread(0.3, kept.length));
  });
});

test('dropPath drops whole samples', () => {
  tidy(() => {
    const kept = dropPath(ones([2000, 3, 2]), 0.25, training(), 'x').dataSync();
    const rows = Array.from({ length: 2000 }, (_, i) => kept.subarray(i * 6, i * 6 + 6));
    expect(rows.every((row) => row.every((value) => value === row[0]))).toBe(true);
    const share = rows.filter((row) => row[0]! > 0).length / 2000;
    expect(Math.abs(share - 0.75)).toBeLessThan(spread(0.25, 2000));
    expect(Math.max(...kept)).toBeCloseTo(4 / 3, 6);
  });
});

test('nothing is dropped at rate 0 or in evaluation', () => {
  tidy(() => {
    const x = random([3, 4]);
    expect(dropoutMask(0, [3, 4], training(), 'x')).toBeUndefined();
    expect(dropoutMask(0.9, [3, 4], {}, 'x')).toBeUndefined();
    expect(dropout(x, 0.9, {}, 'x')).toBe(x);
    expect(dropPath(x, 0.9, {}, 'x')).toBe(x);
  });
});

test('what is dropped depends on the seed and the name of the use, not on the order of uses', () => {
  tidy(() => {
    const x = ones([40]);
    const draw = (seed: number, ...names: string[]): Float32Array[] => {
      const context = training(seed);
      return names.map((name) => dropout(x, 0.5, context, name).dataSync<'float32'>());
    };
    const [a, b] = draw(1, 'a', 'b');
    expect(draw(1, 'b', 'a')).toEqual([b, a]);
    expect(a).not.toEqual(b);
    expect(draw(2, 'a')[0]).not.toEqual(a);
  });
});

test('the gradient passes where values were kept, with the same factor', () => {
  tidy(() => {
    checkGradient((x) => dropout(x, 0.5, training(), 'x'), [random([4, 5])]);
    checkGradient((x) => dropPath(x, 0.5, training(), 'x'), [random([6, 2])]);
    const x = random([4, 5]);
    const mask = dropoutMask(0.5, [4, 5], training(), 'x')!.dataSync();
    expectAllclose(
      dropout(x, 0.5, training(), 'x'),
      x.dataSync().map((value, i) => value * mask[i]!),
    );
  });
});
