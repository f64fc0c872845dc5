import { loadBackend } from '@d2v/core/node';
import { ConfigError, RandomStream } from '@d2v/core';
import { knnProbe, linearProbe, probeData } from '../../src/probe/index.js';
import { minimise } from '../../src/probe/lbfgs.js';
import type { FeatureSet } from '../../src/features/index.js';

beforeAll(() => loadBackend('wasm'));

const set = (rows: readonly (readonly number[])[], labels: readonly number[]): FeatureSet => ({
  features: Float32Array.from(rows.flat()),
  size: rows.length,
  dim: rows[0]!.length,
  labels: Int32Array.from(labels),
  names: rows.map((_, i) => `sample ${i}`),
});

/** Normal clouds around the corners of a simplex, `noise` wide. */
function clouds(count: number, classes: number, noise: number, seed: number): FeatureSet {
  const stream = new RandomStream([seed]);
  const labels = Array.from({ length: count }, (_, i) => i % classes);
  const row = (label: number): number[] =>
    Array.from({ length: classes + 1 }, (_, d) => 100 * d + (label === d ? 1 : 0) + noise * stream.normal());
  return set(labels.map(row), labels);
}

describe('minimise', () => {
  it('finds the minimum of an ill-conditioned quadratic', async () => {
    const scales = [1, 10, 100, 1000];
    const evaluate = (x: Float64Array) =>
      Promise.resolve({
        value: scales.reduce((sum, scale, i) => sum + (scale * (x[i]! - i) ** 2) / 2, 0),
        gradient: Float64Array.from(scales, (scale, i) => scale * (x[i]! - i)),
      });
    const { x, converged } = await minimise(evaluate, new Float64Array(4), { tolerance: 1e-8 });
    expect(converged).toBe(true);
    x.forEach((value, i) => expect(value).toBeCloseTo(i, 6));
  });

  it('says when it was cut short', async () => {
    const evaluate = (x: Float64Array) =>
      Promise.resolve({ value: x[0]! ** 4, gradient: Float64Array.of(4 * x[0]! ** 3) });
    const result = await minimise(evaluate, Float64Array.of(5), { maxIterations: 1, tolerance: 1e-9 });
    expect(result).toMatchObject({ iterations: 1, converged: false });
  });
});

describe('linearProbe', () => {
  it('separates classes that a plane separates, whatever the offset of the features', async () => {
    const data = probeData(clouds(200, 4, 0.1, 1), clouds(80, 4, 0.1, 2));
    const result = await linearProbe(data);
    expect(result.accuracy).toBe(100);
    expect(result.perClass).toEqual([100, 100, 100, 100]);
    expect(result.confusion).toEqual([0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 20 : 0))));
    expect(result.tried).toHaveLength(5);
  });

  it('finds the solution of logistic regression in closed form', async () => {
    // One feature x = ±1; P(class 1 | x = 1) = 3/4 and P(class 1 | x = −1) = 1/4, no penalty: logit difference ±ln 3.
    const rows = [1, 1, 1, 1, -1, -1, -1, -1].map((x) => [x]);
    const data = probeData(set(rows, [1, 1, 1, 0, 0, 0, 0, 1]), set([[1], [-1]], [1, 0]));
    const { LogisticData } = await import('../../src/probe/logistic.js');
    const all = Int32Array.from(rows, (_, i) => i);
    const set_ = new LogisticData(data.train, all, { mean: Float64Array.of(0), scale: Float64Array.of(1) }, 2);
    const { x } = await set_.fit(0, new Float64Array(4), { tolerance: 1e-6 });
    set_.dispose();
    expect(x[1]! - x[0]!).toBeCloseTo(Math.log(3), 4); // W
    expect(x[3]! - x[2]!).toBeCloseTo(0, 4); // b
  });

  it('gives a gradient that agrees with finite differences', async () => {
    const data = probeData(clouds(30, 3, 1, 5), clouds(3, 3, 1, 6));
    const { LogisticData } = await import('../../src/probe/logistic.js');
    const { fitStandardisation } = await import('../../src/probe/standardise.js');
    const rows = Int32Array.from({ length: 30 }, (_, i) => i);
    const part = new LogisticData(data.train, rows, fitStandardisation(data.train.features, 4, rows), 3);
    const stream = new RandomStream([7]);
    const theta = Float64Array.from({ length: part.parameters }, () => stream.normal());
    const { gradient } = await part.loss(theta, 0.3);
    for (let i = 0; i < theta.length; i++) {
      const at = async (step: number) =>
        (
          await part.loss(
            theta.map((v, j) => (i === j ? v + step : v)),
            0.3,
          )
        ).value;
      expect(((await at(1e-2)) - (await at(-1e-2))) / 2e-2).toBeCloseTo(gradient[i]!, 3);
    }
    part.dispose();
  });

  it('is the same every time', async () => {
    const data = probeData(clouds(100, 3, 0.8, 3), clouds(60, 3, 0.8, 4));
    expect(await linearProbe(data)).toEqual(await linearProbe(data));
  });

  it('penalises more where the features are mostly noise', async () => {
    const noisy = (count: number, seed: number): FeatureSet => {
      const stream = new RandomStream([seed]);
      const labels = Array.from({ length: count }, (_, i) => i % 2);
      return set(
        labels.map((label) => Array.from({ length: 60 }, (_, d) => stream.normal() + (d === 0 ? 2 * label : 0))),
        labels,
      );
    };
    const data = probeData(noisy(120, 8), noisy(400, 9));
    const chosen = await linearProbe(data, { l2: [1, 1e-6] });
    const free = await linearProbe(data, { l2: [1e-6] });
    expect(chosen.l2).toBe(1);
    expect(chosen.accuracy).toBeGreaterThan(free.accuracy);
  });

  it('ignores a feature that is constant in the training data', async () => {
    const rows = [
      [1, 7],
      [2, 7],
      [8, 7],
      [9, 7],
    ];
    const result = await linearProbe(
      probeData(
        set(rows, [0, 0, 1, 1]),
        set(
          [
            [1, -1e6],
            [9, 1e6],
          ],
          [0, 1],
        ),
      ),
    );
    expect(result.accuracy).toBe(100);
  });
});

describe('knnProbe', () => {
  it('compares directions, not lengths', async () => {
    const train = set(
      [
        [1, 0],
        [0, 1],
      ],
      [0, 1],
    );
    const result = await knnProbe(
      probeData(
        train,
        set(
          [
            [100, 1],
            [0.001, 0.1],
          ],
          [0, 1],
        ),
      ),
      { neighbours: 1 },
    );
    expect(result.accuracy).toBe(100);
  });

  it('lets the majority win, and of equal votes the nearest', async () => {
    const angle = (degrees: number): number[] => [
      Math.cos((degrees * Math.PI) / 180),
      Math.sin((degrees * Math.PI) / 180),
    ];
    const train = set([5, 10, 12, 40].map(angle), [0, 1, 1, 0]);
    const test = set([angle(0)], [0]);
    const accuracy = async (neighbours: number) => (await knnProbe(probeData(train, test), { neighbours })).accuracy;
    expect(await accuracy(1)).toBe(100); // 0
    expect(await accuracy(2)).toBe(100); // 0, 1: the nearest is 0
    expect(await accuracy(3)).toBe(0); // 0, 1, 1
    expect(await accuracy(20)).toBe(100); // 0, 1, 1, 0: all there are
  });

  it('finds neighbours across blocks of the training set', async () => {
    const count = 16_384 + 50;
    const stream = new RandomStream([11]);
    const labels = new Int32Array(count);
    const features = Float32Array.from({ length: count * 2 }, (_, i) => (i % 2 === 0 ? 1 : 0.1 * stream.uniform()));
    const near = [
      { index: 3, label: 1, y: 0 },
      { index: 16_390, label: 2, y: 0.1 },
      { index: 16_400, label: 2, y: 0.2 },
    ];
    for (const { index, label, y } of near) {
      labels[index] = label;
      features.set([-1, y], index * 2);
    }
    const train: FeatureSet = { features, size: count, dim: 2, labels, names: [] };
    const data = probeData(train, set([[-1, 0]], [1]));
    const predicted = async (neighbours: number) => (await knnProbe(data, { neighbours })).confusion[1]!.indexOf(1);
    expect(await predicted(1)).toBe(1);
    expect(await predicted(2)).toBe(1); // 1, 2: the nearest
    expect(await predicted(3)).toBe(2); // 1, 2, 2
  });

  it('sees through loud directions that say nothing, once features are whitened', async () => {
    const stream = new RandomStream([12]);
    const draw = (size: number): FeatureSet => {
      const labels = Array.from({ length: size }, (_, i) => i % 2);
      // A quiet class, noise of all strengths, the rest constant.
      const rows = labels.map((label) => [
        label - 0.5 + 0.1 * stream.normal(),
        30 * stream.normal(),
        9 * stream.normal(),
        7,
      ]);
      return set(rows, labels);
    };
    const data = probeData(draw(400), draw(200));
    const plain = await knnProbe(data);
    expect([plain.whitened, plain.accuracy < 70]).toEqual([false, true]);
    const white = await knnProbe(data, { whiten: 3 });
    expect([white.whitened, white.accuracy > 85]).toEqual([true, true]);
    expect(await knnProbe(data, { whiten: 50 })).toEqual(white);
  });

  it('leaves features as they are where whitening does not help', async () => {
    const stream = new RandomStream([13]);
    // Two classes far apart in one direction, and noise in many quiet ones.
    const draw = (size: number): FeatureSet => {
      const labels = Array.from({ length: size }, (_, i) => i % 2);
      const rows = labels.map((label) => [
        20 * (label - 0.5),
        ...Array.from({ length: 30 }, () => 0.5 * stream.normal()),
      ]);
      return set(rows, labels);
    };
    const data = probeData(draw(200), draw(100));
    const { whitened, accuracy } = await knnProbe(data, { whiten: 31 });
    expect([whitened, accuracy]).toEqual([false, 100]);
  });

  it('takes features that do not vary as they are', async () => {
    const same = set(
      Array.from({ length: 20 }, () => [1, 2]),
      Array.from({ length: 20 }, (_, i) => i % 2),
    );
    expect(await knnProbe(probeData(same, same), { whiten: 2 })).toMatchObject({ whitened: false, accuracy: 50 });
  });

  it.each(['neighbours', 'whiten'])('refuses a number of %s that is not positive', async (key) => {
    const data = probeData(clouds(4, 2, 0.1, 1), clouds(2, 2, 0.1, 1));
    for (const count of [0, 1.5]) await expect(knnProbe(data, { [key]: count })).rejects.toThrow(ConfigError);
  });
});

describe('probeData', () => {
  const good = clouds(8, 2, 0.1, 1);

  it.each<[string, FeatureSet, FeatureSet, RegExp]>([
    ['no labels', { ...good, labels: undefined }, good, /training data have no labels/],
    ['one class', set([[1], [2]], [0, 0]), set([[1]], [0]), /fewer than two classes/],
    ['other widths', good, set([[1]], [0]), /3 training features a sample, but 1 test/],
    ['a value that is not finite', good, set([[1, 2, NaN]], [0]), /a feature of sample 0 is NaN/],
    ['no samples', good, { ...good, size: 0 }, /test data are empty/],
  ])('refuses %s', (_, train, test, message) => {
    expect(() => probeData(train, test)).toThrow(message);
  });
});
