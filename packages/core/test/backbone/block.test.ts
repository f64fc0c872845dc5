import {
  backboneSchema,
  HostNoise,
  initialise,
  RandomStream,
  Scope,
  within,
  type ParameterSpecs,
  type Weights,
} from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import * as tf from '@tensorflow/tfjs-core';
import { block, blockParameters } from '../../src/backbone/block.js';
import { runBlocks } from '../../src/backbone/blocks.js';
import type { BackboneConfig } from '../../src/backbone/config.js';
import { random } from '../ops/values.js';
import { useBackend } from '../testing/backend.js';

beforeAll(useBackend);

const config = (more: object = {}): BackboneConfig => backboneSchema.parse({ dim: 4, heads: 2, mlpRatio: 2, ...more });

/** Weights that are nowhere 0 or 1. Inside a tidy. */
function weightsOf(specs: ParameterSpecs): Weights {
  const drawn = initialise(specs, new RandomStream(['block']));
  return Object.fromEntries(Object.entries(drawn).map(([name, w]) => [name, tf.add(w, random(w.shape, name, 0.3))]));
}

/** The block of data2vec1.md §2.2 from TensorFlow.js's own ops. */
function reference(
  w: Weights,
  x: tf.Tensor3D,
  { norm, heads, normEpsilon, dim }: BackboneConfig,
): [tf.Tensor, tf.Tensor] {
  const [rows, tokens] = x.shape;
  const dense = (y: tf.Tensor, name: string): tf.Tensor =>
    tf.add(
      tf.reshape(tf.matMul(tf.reshape(y, [rows * tokens, -1]), w[`${name}.weight`]!), [rows, tokens, -1]),
      w[`${name}.bias`] ?? 0,
    );
  const layerNorm = (y: tf.Tensor, name: string): tf.Tensor => {
    const { mean, variance } = tf.moments(y, -1, true);
    const standard = tf.div(tf.sub(y, mean), tf.sqrt(tf.add(variance, normEpsilon)));
    return tf.add(tf.mul(standard, w[`${name}.weight`]!), w[`${name}.bias`]!);
  };
  const attend = (y: tf.Tensor): tf.Tensor => {
    let qkv = dense(y, 'attn.qkv');
    if (w['attn.q_bias']) qkv = tf.add(qkv, tf.concat([w['attn.q_bias'], tf.zeros([dim]), w['attn.v_bias']!]));
    const [q, k, v] = tf
      .split(qkv, 3, 2)
      .map((part) => tf.transpose(tf.reshape(part, [rows, tokens, heads, dim / heads]), [0, 2, 1, 3]));
    const weights = tf.softmax(tf.div(tf.matMul(q!, k!, false, true), Math.sqrt(dim / heads)));
    return dense(tf.reshape(tf.transpose(tf.matMul(weights, v!), [0, 2, 1, 3]), x.shape), 'attn.proj');
  };
  const mlp = (y: tf.Tensor): tf.Tensor => {
    const hidden = dense(y, 'mlp.fc1');
    return dense(tf.mul(tf.mul(hidden, 0.5), tf.add(1, tf.erf(tf.div(hidden, Math.SQRT2)))), 'mlp.fc2');
  };
  if (norm === 'post') {
    const r = layerNorm(tf.add(x, attend(x)), 'norm1');
    const f = mlp(r);
    return [layerNorm(tf.add(r, f), 'norm2'), f];
  }
  const gain = (name: string): tf.Tensor => w[name] ?? tf.scalar(1);
  const r = tf.add(x, tf.mul(gain('gamma_1'), attend(layerNorm(x, 'norm1'))));
  const f = tf.mul(gain('gamma_2'), mlp(layerNorm(r, 'norm2')));
  return [tf.add(r, f), f];
}

const VARIANTS: [string, object][] = [
  ['post-norm', {}],
  ['pre-norm', { norm: 'pre' }],
  ['pre-norm with layer scale and no key bias', { norm: 'pre', layerScale: 0.1, qkvBias: 'noKey' }],
  ['post-norm without qkv bias', { qkvBias: 'none' }],
];

describe.each(VARIANTS)('a %s block', (_name, options) => {
  const settings = config(options);

  test('is the formula of the reference', () => {
    tf.tidy(() => {
      const weights = weightsOf(blockParameters(settings, 1));
      const x = random<tf.Tensor3D>([2, 5, 4], 'x');
      const y = block(new Scope(weights), x, {}, settings, 0.5, {});
      const [expected, feedForward] = reference(weights, x, settings);
      expectAllclose(y.x, expected, { rtol: 1e-4, atol: 1e-5 });
      expectAllclose(y.feedForward, feedForward, { rtol: 1e-4, atol: 1e-5 });
    });
  });

  test('has the gradient of finite differences in its input and every parameter', () => {
    tf.tidy(() => {
      const weights = weightsOf(blockParameters(settings, 1));
      const names = Object.keys(weights);
      const f = (x: tf.Tensor, ...values: tf.Tensor[]): tf.Tensor => {
        const scope = new Scope(Object.fromEntries(names.map((name, i) => [name, values[i]!])));
        return block(scope, x as tf.Tensor3D, {}, settings, 0, {}).x;
      };
      checkGradient(f, [random([1, 3, 4], 'x'), ...Object.values(weights)], { rtol: 3e-3, atol: 3e-4 });
    });
  });

  test('drops its paths in training alone', () => {
    tf.tidy(() => {
      const weights = weightsOf(blockParameters(settings, 1));
      const x = random<tf.Tensor3D>([8, 3, 4], 'x');
      const run = (seed?: number): tf.Tensor => {
        const noise = seed === undefined ? undefined : new HostNoise(new RandomStream([seed]));
        return block(new Scope(weights), x, {}, settings, 0.5, { noise }).x;
      };
      expectAllclose(run(), run(), { rtol: 0, atol: 0 });
      expect(() => expectAllclose(run(1), run(), { rtol: 0.01, atol: 0.01 })).toThrow('values differ');
      expect(() => expectAllclose(run(1), run(2), { rtol: 0.01, atol: 0.01 })).toThrow('values differ');
      expectAllclose(run(1), run(1), { rtol: 0, atol: 0 });
    });
  });
});

test('a path that is always dropped leaves a pre-norm block the identity', () => {
  tf.tidy(() => {
    const settings = config({ norm: 'pre' });
    const weights = weightsOf(blockParameters(settings, 1));
    const x = random<tf.Tensor3D>([2, 3, 4], 'x');
    const noise = {
      fork: () => noise,
      bernoulli: (_keep: number, shape: readonly number[]) => tf.zeros([...shape]),
      normal: () => tf.scalar(0),
    };
    expectAllclose(block(new Scope(weights), x, {}, settings, 0.5, { noise }).x, x);
  });
});

test("BEiT's initialisation shrinks the output projections of block i by √(2i)", () => {
  const settings = config({ initialisation: 'beit' });
  const std = (position: number, name: string): number =>
    (blockParameters(settings, position)[name]!.init as { std: number }).std;
  expect(std(8, 'attn.proj.weight')).toBeCloseTo(0.005, 12);
  expect(std(2, 'mlp.fc2.weight')).toBeCloseTo(0.01, 12);
  expect(std(8, 'mlp.fc1.weight')).toBe(0.02);
});

describe('layer drop', () => {
  const settings = config({ depth: 1 });
  const specs = within('0', blockParameters(settings, 1));

  const run = (layerDrop: number, seed?: number): tf.Tensor =>
    runBlocks(
      new Scope(weightsOf(specs)),
      random<tf.Tensor3D>([2, 3, 4], 'x'),
      () => ({}),
      { config: settings, dropPath: [0], layerDrop },
      seed === undefined ? {} : { noise: new HostNoise(new RandomStream([seed])) },
    );
  const equal = (a: tf.Tensor, b: tf.Tensor): boolean => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]! < 1e-6;

  test('is off in evaluation', () => {
    tf.tidy(() => expectAllclose(run(0.9), run(0), { rtol: 0, atol: 0 }));
  });

  test('skips a block for the whole batch as often as asked for', () => {
    let skipped = 0;
    tf.tidy(() => {
      const [whole, identity] = [run(0), random([2, 3, 4], 'x')];
      for (let seed = 0; seed < 120; seed++) {
        tf.tidy(() => {
          const y = run(0.3, seed);
          const isSkipped = equal(y, identity);
          expect(isSkipped || equal(y, whole)).toBe(true);
          skipped += Number(isSkipped);
        });
      }
    });
    expect(Math.abs(skipped / 120 - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / 120));
  });
});
