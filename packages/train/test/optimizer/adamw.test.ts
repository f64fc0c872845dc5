import { readFileSync } from 'node:fs';
import { grad, scalar, tensor, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs';
import { ShapeError, type Weights } from '@d2v/core';
import {
  adamState,
  adamw,
  biasCorrections,
  clipGradients,
  type AdamOptions,
  type AdamState,
} from '../../src/optimizer/index.js';

type Lists = Record<string, number[]>;

interface Fixture {
  betas: [number, number];
  eps: number;
  weightDecay: number;
  clipNorm: number;
  shapes: Record<string, number[]>;
  groups: Record<string, { scale: number; decay: boolean }>;
  initial: Lists;
  updates: { learningRate: number; grads: Lists; norm: number; params: Lists }[];
  m: Lists;
  v: Lists;
}

const fixture = JSON.parse(readFileSync(new URL('adamw-fixture.json', import.meta.url), 'utf8')) as Fixture;

function weights(lists: Lists): Weights {
  return Object.fromEntries(
    Object.entries(lists).map(([name, values]) => [name, tensor(values, fixture.shapes[name], 'float32')]),
  );
}

function hyper(learningRate: number, betas: readonly [number, number], t: number) {
  const [correction1, correction2] = biasCorrections(betas, t);
  return { learningRate: scalar(learningRate), correction1: scalar(correction1), correction2: scalar(correction2) };
}

function release(...maps: Readonly<Record<string, Tensor>>[]): void {
  maps.forEach((map) => Object.values(map).forEach((value) => value.dispose()));
}

/** Largest |got − expected| / |expected| over all elements. */
function worst(got: Weights, expected: Lists): number {
  return Math.max(
    ...Object.entries(expected).flatMap(([name, values]) => {
      const data = got[name]!.dataSync();
      return values.map((value, i) => Math.abs(data[i]! - value) / Math.abs(value));
    }),
  );
}

test('20 clipped, grouped updates follow PyTorch to 1e-6 relative', () => {
  let params = weights(fixture.initial);
  let state = adamState(params);
  fixture.updates.forEach((update, i) => {
    const raw = weights(update.grads);
    const { grads, norm } = clipGradients(raw, fixture.clipNorm);
    const fed = hyper(update.learningRate, fixture.betas, i + 1);
    const next = adamw(params, grads, state, fed, fixture);
    release(params, state.m, state.v, raw, grads, fed);
    ({ params, state } = next);
    expect(Math.abs(norm.dataSync()[0]! / update.norm - 1)).toBeLessThan(1e-6);
    expect(worst(params, update.params)).toBeLessThan(1e-6);
    norm.dispose();
  });
  expect(fixture.updates).toHaveLength(20);
  expect(worst(state.v, fixture.v)).toBeLessThan(1e-6);
  // Elements of m cancel to near 0, so they are compared with the size of the gradients (1).
  for (const [name, values] of Object.entries(fixture.m)) {
    state.m[name]!.dataSync().forEach((value, j) => expect(Math.abs(value - values[j]!)).toBeLessThan(1e-6));
  }
  release(params, state.m, state.v);
});

describe('one update', () => {
  const options: AdamOptions = { betas: [0.9, 0.999], eps: 0, weightDecay: 0.1 };

  function once(value: number, gradient: number, extra: Partial<AdamOptions> = {}): number {
    const result = tidy(() => {
      const params = { w: scalar(value) };
      const fed = hyper(0.01, options.betas, 1);
      return adamw(params, { w: scalar(gradient) }, adamState(params), fed, { ...options, ...extra }).params[
        'w'
      ] as Scalar;
    });
    const [number] = result.dataSync();
    result.dispose();
    return number!;
  }

  test('the first one decays, then moves by the learning rate against the sign of the gradient', () => {
    expect(once(2, 123)).toBeCloseTo(2 * (1 - 0.01 * 0.1) - 0.01, 6);
    expect(once(2, -0.001)).toBeCloseTo(2 * (1 - 0.01 * 0.1) + 0.01, 6);
  });

  test('a parameter outside the decay group does not shrink', () => {
    expect(once(2, -5, { groups: { w: { scale: 1, decay: false } } })).toBeCloseTo(2 + 0.01, 6);
  });

  test('a learning-rate scale multiplies decay and step', () => {
    expect(once(2, -5, { groups: { w: { scale: 0.5, decay: true } } })).toBeCloseTo(2 * (1 - 0.005 * 0.1) + 0.005, 6);
  });

  test('leaves its arguments alone', () => {
    const params = { w: scalar(2) };
    const grads = { w: scalar(3) };
    const state = adamState(params);
    const fed = hyper(0.01, options.betas, 1);
    const next = adamw(params, grads, state, fed, options);
    expect([params.w, grads.w, state.m['w']!, state.v['w']!].map((value) => value.dataSync()[0])).toEqual([2, 3, 0, 0]);
    release(params, grads, state.m, state.v, fed, next.params, next.state.m, next.state.v);
  });

  test('a parameter without a gradient is named', () => {
    tidy(() => {
      const params = { 'blocks.0.w': scalar(1) };
      const run = () => adamw(params, {}, adamState(params), hyper(0.1, [0.9, 0.9], 1), options);
      expect(run).toThrow(ShapeError);
      expect(run).toThrow("adamw: parameter 'blocks.0.w' has no gradient");
    });
  });
});

test('minimises a quadratic', () => {
  const options: AdamOptions = { betas: [0.9, 0.99], eps: 1e-8, weightDecay: 0 };
  const goal = [1, -2, 3];
  const target = tensor(goal);
  const gradient = grad((w: Tensor) => w.sub(target).square().sum());
  let params: Weights = { w: tensor([0, 0, 0]) };
  let state: AdamState = adamState(params);
  for (let t = 1; t <= 300; t++) {
    const grads = { w: gradient(params['w']!) };
    const fed = hyper(0.1 * (1 - t / 301), options.betas, t);
    const next = adamw(params, grads, state, fed, options);
    release(params, state.m, state.v, grads, fed);
    ({ params, state } = next);
  }
  params['w']!.dataSync().forEach((value, i) => expect(value).toBeCloseTo(goal[i]!, 2));
  release(params, state.m, state.v, { target });
});
