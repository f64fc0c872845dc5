import * as tf from '@tensorflow/tfjs-core';
import { ConfigError, initialise, RandomStream, type Initialiser, type ParameterSpecs } from '@d2v/core';
import { moments } from '../random/statistics.js';

const stream = (): RandomStream => new RandomStream([0, 'weights']);

function drawn(specs: ParameterSpecs): Record<string, Float32Array> {
  const weights = initialise(specs, stream());
  const values = Object.fromEntries(
    Object.entries(weights).map(([name, w]) => [name, w.dataSync<'float32'>().slice()]),
  );
  tf.dispose(weights as tf.NamedTensorMap);
  return values;
}

describe('initialise', () => {
  it('leaves the row for padding at 0 and draws the others as without it', () => {
    const table = (zeroRow?: number): ParameterSpecs => ({
      a: { shape: [3, 2], init: { kind: 'normal', std: 1, zeroRow } },
    });
    const [all, padded] = [drawn(table()).a!, drawn(table(1)).a!];
    expect([...padded]).toEqual([all[0], all[1], 0, 0, all[4], all[5]]);
  });

  it('makes a float32 tensor of each shape', () => {
    const weights = initialise(
      { a: { shape: [2, 3], init: { kind: 'ones' } }, b: { shape: [], init: { kind: 'zeros' } } },
      stream(),
    );
    expect(Object.entries(weights).map(([name, w]) => [name, w.shape, w.dtype])).toEqual([
      ['a', [2, 3], 'float32'],
      ['b', [], 'float32'],
    ]);
    tf.dispose(weights as tf.NamedTensorMap);
  });

  it.each<[Initialiser, number]>([
    [{ kind: 'zeros' }, 0],
    [{ kind: 'ones' }, 1],
    [{ kind: 'constant', value: 0.25 }, 0.25],
  ])('fills %j with %p', (init, value) => {
    expect(drawn({ p: { shape: [3], init } }).p).toEqual(new Float32Array(3).fill(value));
  });

  const COUNT = 250_000;
  const cut = (limit: number): number => {
    const density = Math.exp(-limit * limit * 0.5) / Math.sqrt(2 * Math.PI);
    const mass = { 1: 0.6826894921, 2: 0.9544997361 }[limit]!;
    return Math.sqrt(1 - (2 * limit * density) / mass);
  };
  it.each<[Initialiser, { mean: number; std: number; low: number; high: number }]>([
    [
      { kind: 'normal', std: 0.02 },
      { mean: 0, std: 0.02, low: -0.2, high: 0.2 },
    ],
    [
      { kind: 'truncatedNormal', std: 0.02 },
      { mean: 0, std: 0.02 * cut(1), low: -0.02, high: 0.02 },
    ],
    [
      { kind: 'truncatedNormal', std: 0.5, limit: 2 },
      { mean: 0, std: 0.5 * cut(2), low: -1, high: 1 },
    ],
    [
      { kind: 'uniform', low: -0.25, high: 0.75 },
      { mean: 0.25, std: 1 / Math.sqrt(12), low: -0.25, high: 0.75 },
    ],
  ])('draws %j', (init, { mean, std, low, high }) => {
    const values = drawn({ p: { shape: [500, 500], init } }).p!;
    const measured = moments(values);
    expect(Math.abs(measured.mean - mean)).toBeLessThan((5 * std) / Math.sqrt(COUNT));
    // The standard error of a variance is at most that of a normal variable, std²·√(2/n), for these.
    expect(Math.abs(measured.variance - std ** 2)).toBeLessThan(5 * std ** 2 * Math.sqrt(2 / COUNT));
    const float = Math.fround;
    expect(values.every((v) => v >= float(low) && v <= float(high))).toBe(true);
  });

  it('draws each parameter from its own name, so that others do not change it', () => {
    const init: Initialiser = { kind: 'normal', std: 1 };
    const small = drawn({ 'blocks.0.weight': { shape: [4, 4], init }, bias: { shape: [4], init } });
    const large = drawn({
      new: { shape: [9], init },
      bias: { shape: [4], init },
      'blocks.0.weight': { shape: [4, 4], init },
    });
    expect(large['blocks.0.weight']).toEqual(small['blocks.0.weight']);
    expect(large.bias).toEqual(small.bias);
    expect(large.bias).not.toEqual(large.new!.subarray(0, 4));
  });

  it.each<[Initialiser]>([
    [{ kind: 'normal', std: -1 }],
    [{ kind: 'normal', std: NaN }],
    [{ kind: 'truncatedNormal', std: 1, limit: 0 }],
    [{ kind: 'uniform', low: 1, high: 0 }],
  ])('refuses %j, names the parameter and leaves no tensor', (init) => {
    const specs: ParameterSpecs = {
      good: { shape: [2], init: { kind: 'ones' } },
      'blocks.1.bad': { shape: [2], init },
    };
    expect(() => initialise(specs, stream())).toThrow(ConfigError);
    expect(() => initialise(specs, stream())).toThrow('blocks.1.bad');
  });

  it('copies given values, and refuses too many or too few', () => {
    const values = Float32Array.of(1, 2, 3, 4);
    expect(drawn({ table: { shape: [2, 2], init: { kind: 'values', values } } }).table).toEqual(values);
    expect(() => initialise({ table: { shape: [5], init: { kind: 'values', values } } }, stream())).toThrow(
      "'table' has the shape [5], got 4 values",
    );
  });

  it('refuses a shape with a fraction', () => {
    expect(() => initialise({ w: { shape: [2.5], init: { kind: 'ones' } } }, stream())).toThrow(
      "'w' has the shape [2.5]",
    );
  });
});
