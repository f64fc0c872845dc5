import { RandomStream, ShapeError, valueAndGradients } from '@d2v/core';
import { checkGradient } from '@d2v/core/testing';
import {
  getBackend,
  mul,
  range,
  registerKernel,
  sum,
  tensor,
  tensor1d,
  tensor2d,
  tensor3d,
  tidy,
  unregisterKernel,
  type Tensor,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { CTC_KERNEL, ctcLoss, ctcOnHost, type CtcLossOptions, type CtcTargets } from '../../src/ctc/index.js';
import { useBackend } from '../backend.js';
import { readCases, type CtcCase } from './cases.js';

beforeAll(useBackend);

const targets = (labels: number[][], inputLengths: number[]): CtcTargets => {
  const longest = Math.max(...labels.map((row) => row.length));
  const padded = labels.flatMap((row) => [...row, ...Array<number>(longest - row.length).fill(0)]);
  return {
    labels: tensor2d(padded, [labels.length, longest], 'int32'),
    labelLengths: tensor1d(
      labels.map((row) => row.length),
      'int32',
    ),
    inputLengths: tensor1d(inputLengths, 'int32'),
  };
};

/** Values and gradient of one case, as the fixture defines them. */
function run(each: CtcCase): { losses: Float32Array; gradients: Float32Array } {
  const logits = tensor3d(each.logits, each.shape);
  const given: CtcTargets = {
    labels: tensor2d(each.labels, [each.shape[0], each.longest], 'int32'),
    labelLengths: tensor1d(each.labelLengths, 'int32'),
    inputLengths: tensor1d(each.inputLengths, 'int32'),
  };
  const f = (): Tensor => ctcLoss(logits, given, each);
  const losses = tidy(() => f().dataSync<'float32'>().slice());
  const { value, gradients } = valueAndGradients(() => {
    const loss = f();
    return loss.rank === 0 ? loss : sum(mul(loss, range(1, loss.size + 1)));
  }, [logits]);
  const result = { losses, gradients: gradients[0]!.dataSync<'float32'>().slice() };
  for (const each of [logits, value, gradients[0]!, ...Object.values(given)]) each.dispose();
  return result;
}

/** Largest distance to the expected values; those that are not finite must be the same. */
function distance(actual: Float32Array, expected: Float32Array, relative: boolean): number {
  expect(actual).toHaveLength(expected.length);
  return expected.reduce((most, want, i) => {
    const got = actual[i]!;
    if (Object.is(got, want)) return most;
    const apart = Math.abs(got - want) / (relative ? Math.max(1, Math.abs(want)) : 1);
    return Number.isFinite(want) && Number.isFinite(got) ? Math.max(most, apart) : Infinity;
  }, 0);
}

describe('against PyTorch, on 1,000 random batches', () => {
  const cases = readCases();

  test('the cases vary: reductions, padding, infinite losses, empty labels, repeats', () => {
    expect(cases).toHaveLength(1000);
    const count = (f: (each: CtcCase) => boolean): number => cases.filter(f).length;
    for (const reduction of ['none', 'sum', 'mean'])
      expect(count((c) => c.reduction === reduction)).toBeGreaterThan(250);
    expect(count((c) => c.inputLengths.some((n) => n < c.shape[1]))).toBeGreaterThan(300);
    expect(count((c) => c.labelLengths.includes(0))).toBeGreaterThan(20);
    expect(count((c) => c.losses.includes(Infinity))).toBeGreaterThan(10);
    expect(count((c) => c.gradients.some(Number.isNaN))).toBeGreaterThan(10);
    expect(count((c) => c.blank !== 0)).toBeGreaterThan(300);
  });

  test('losses and gradients agree to 1e-5', () => {
    const wrong = cases.filter((each) => {
      const { losses, gradients } = run(each);
      return distance(losses, each.losses, true) > 1e-5 || distance(gradients, each.gradients, false) > 1e-5;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

test('the gradient is that of finite differences', () => {
  const logits = tensor3d(
    Array.from({ length: 2 * 5 * 4 }, (_, i) => Math.sin(3 * i)),
    [2, 5, 4],
  );
  const given = targets([[1, 1], [3]], [5, 3]);
  for (const reduction of ['none', 'sum', 'mean'] as const) {
    checkGradient((x) => ctcLoss(x as Tensor3D, given, { reduction }), [logits]);
  }
  for (const each of [logits, ...Object.values(given)]) each.dispose();
});

describe('on the host', () => {
  /** One utterance whose logits are the logarithms of the given probabilities. */
  const one = (probabilities: number[][], labels: number[], options: CtcLossOptions = {}) => {
    const shape = [1, probabilities.length, probabilities[0]?.length ?? 2] as const;
    const logits = Float32Array.from(probabilities.flat(), Math.log);
    const batch = {
      logits,
      shape,
      labels: Int32Array.from(labels),
      inputLengths: [shape[1]],
      labelLengths: [labels.length],
    };
    return ctcOnHost(batch, { blank: 0, zeroInfinity: false, ...options }, true);
  };

  test('sums the paths that spell the labels', () => {
    const frames = [
      [0.5, 0.3, 0.2],
      [0.1, 0.6, 0.3],
    ];
    const paths = 0.5 * 0.6 + 0.3 * 0.1 + 0.3 * 0.6; // -a, a-, aa
    expect(one(frames, [1]).losses[0]).toBeCloseTo(-Math.log(paths), 6);
    expect(one(frames, [1, 2]).losses[0]).toBeCloseTo(-Math.log(0.3 * 0.3), 6);
    expect(one(frames, []).losses[0]).toBeCloseTo(-Math.log(0.05), 6);
  });

  test('two equal labels need a blank between them', () => {
    const even = Array.from({ length: 3 }, () => [0.5, 0.5]);
    expect(one(even.slice(1), [1, 1]).losses[0]).toBe(Infinity);
    expect(one(even, [1, 1]).losses[0]).toBeCloseTo(-Math.log(1 / 8), 6);
  });

  test('labels that cannot be spelled: ∞ and NaN, or nothing at all', () => {
    const frames = [[0.5, 0.5]];
    expect(one(frames, [1, 1])).toEqual({ losses: Float32Array.of(Infinity), gradients: Float32Array.of(NaN, NaN) });
    expect(one(frames, [1, 1], { zeroInfinity: true })).toEqual({
      losses: Float32Array.of(0),
      gradients: new Float32Array(2),
    });
    const never = [[1, 0]]; // a class with the logit −∞
    expect(one(never, [1]).losses[0]).toBe(Infinity);
    expect(one(never, [])).toEqual({ losses: Float32Array.of(0), gradients: new Float32Array(2) });
  });

  test('NaN and frames without a finite logit give NaN, even with zeroInfinity', () => {
    expect(one([[NaN, 1]], [1], { zeroInfinity: true }).losses[0]).toBeNaN();
    expect(one([[0, 0]], [1], { zeroInfinity: true }).losses[0]).toBeNaN();
  });

  test('stays exact where probabilities leave the range of doubles', () => {
    // Each label is certain to be wrong by 3,000 nats in its frame, and there is no other path.
    const frames = 1000;
    const logits = new Float32Array(frames * 2);
    for (let t = 0; t < frames; t++) logits[2 * t + (t % 2)] = -3000; // wants 1, 0, 1, 0, …
    const labels = Int32Array.from({ length: frames / 2 }, () => 1);
    const shifted = {
      logits,
      shape: [1, frames, 2] as const,
      labels,
      inputLengths: [frames - 1],
      labelLengths: [frames / 2],
    };
    const { losses } = ctcOnHost(shifted, { blank: 0, zeroInfinity: false }, true);
    expect(losses[0]).toBe(0); // 1 0 1 … 1 is the only path, and each frame wants it
    logits.forEach((value, i) => (logits[i] = -3000 - value));
    const { losses: opposite, gradients } = ctcOnHost(shifted, { blank: 0, zeroInfinity: false }, true);
    expect(opposite[0]).toBe(3000 * (frames - 1));
    expect([...gradients!.slice(0, 4)]).toEqual([1, -1, -1, 1]);
  });

  test('agrees with sums of logarithms for peaky and flat logits', () => {
    const stream = new RandomStream(['ctc']);
    for (const deviation of [0.1, 3, 100, 2000]) {
      const [frames, classes] = [60, 5];
      const logits = Float32Array.from({ length: frames * classes }, () => deviation * stream.normal());
      const labels = Int32Array.from({ length: 20 }, () => 1 + stream.below(classes - 1));
      const batch = {
        logits,
        shape: [1, frames, classes] as const,
        labels,
        inputLengths: [frames],
        labelLengths: [20],
      };
      const { losses } = ctcOnHost(batch, { blank: 0, zeroInfinity: false }, false);
      const expected = logSpaceLoss(logits, frames, classes, labels);
      expect(Math.abs(losses[0]! - expected)).toBeLessThan(1e-6 * expected);
    }
  });

  test('refuses lengths and labels that are out of range', () => {
    const batch = {
      logits: new Float32Array(12),
      shape: [1, 4, 3] as const,
      labels: Int32Array.of(1, 2),
      inputLengths: [4],
      labelLengths: [2],
    };
    const options = { blank: 0, zeroInfinity: false };
    const refused = (change: object, message: string): void => {
      expect(() => ctcOnHost({ ...batch, ...change }, options, false)).toThrow(ShapeError);
      expect(() => ctcOnHost({ ...batch, ...change }, options, false)).toThrow(message);
    };
    refused({ inputLengths: [5] }, 'utterance 0 has 5 frames, the logits have 4');
    refused({ labelLengths: [3] }, 'utterance 0 has 3 labels, a row of labels holds 2');
    refused({ labels: Int32Array.of(1, 3) }, 'label 1 of utterance 0 is 3');
    refused({ labels: Int32Array.of(0, 1) }, 'label 0 of utterance 0 is 0, which is the blank');
    refused({ inputLengths: [] }, '1 utterances need as many input and label lengths, got 0 and 1');
    expect(() => ctcOnHost(batch, { blank: 3, zeroInfinity: false }, false)).toThrow('blank is 3, of 3 classes');
  });
});

test("a backend's own kernel takes over", () => {
  const backendName = getBackend();
  registerKernel({
    kernelName: CTC_KERNEL,
    backendName,
    kernelFunc: ({ attrs }) => [tensor([attrs!.blank as number, 7]), tensor([1, 2, 3, 4], [2, 1, 2])],
  });
  try {
    const logits = tensor3d([0, 0, 0, 0], [2, 1, 2]);
    const given = targets([[0], [0]], [1, 1]);
    const { value, gradients } = valueAndGradients(
      () => ctcLoss(logits, given, { blank: 1, reduction: 'sum' }),
      [logits],
    );
    expect(value.dataSync()[0]).toBe(8);
    expect([...gradients[0]!.dataSync()]).toEqual([1, 2, 3, 4]);
    for (const each of [value, gradients[0]!, logits, ...Object.values(given)]) each.dispose();
  } finally {
    unregisterKernel(CTC_KERNEL, backendName);
  }
});

/** The textbook forward recursion on logarithms. */
function logSpaceLoss(logits: Float32Array, frames: number, classes: number, labels: Int32Array): number {
  const logSum = (values: number[]): number => {
    const highest = Math.max(...values);
    return highest === -Infinity ? highest : highest + Math.log(values.reduce((s, x) => s + Math.exp(x - highest), 0));
  };
  const states = [0, ...[...labels].flatMap((label) => [label, 0])];
  let alpha: number[] = [];
  for (let t = 0; t < frames; t++) {
    const row = [...logits.subarray(t * classes, (t + 1) * classes)];
    const normaliser = logSum(row);
    const before = alpha;
    alpha = states.map((label, s) => {
      const from = [before[s], before[s - 1], label !== 0 && label !== states[s - 2] ? before[s - 2] : undefined];
      const reached = t === 0 ? (s < 2 ? 0 : -Infinity) : logSum(from.map((x) => x ?? -Infinity));
      return reached + row[label]! - normaliser;
    });
  }
  return -logSum(alpha.slice(-2));
}
