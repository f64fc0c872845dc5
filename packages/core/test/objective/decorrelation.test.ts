import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { add, concat, mul, slice, tensor3d, tidy, zeros, type Tensor3D } from '@tensorflow/tfjs-core';
import { decorrelation } from '../../src/objective/decorrelation.js';
import { anyWeights } from '../encoder/run.js';
import { hide, toySamples } from '../encoder/toy.js';
import { random, total } from '../ops/values.js';
import { useBackend } from '../testing/backend.js';
import { batchOf, pass, toyModel } from './run.js';

beforeAll(useBackend);

const [B, T, D] = [2, 5, 3];

/** Σ_{i≠j} ρ_ij² / D over the first `tokens` tokens of each sample, (B, T, D). */
function reference(x: ArrayLike<number>, tokens = T): number {
  const rows = Array.from({ length: B * tokens }, (_, i) => Math.floor(i / tokens) * T + (i % tokens));
  const at = (row: number, c: number): number => x[row * D + c]!;
  const mean = (f: (row: number) => number): number => total(rows.length, (i) => f(rows[i]!)) / rows.length;
  const means = Array.from({ length: D }, (_, c) => mean((row) => at(row, c)));
  const covariance = (a: number, b: number): number =>
    mean((row) => (at(row, a) - means[a]!) * (at(row, b) - means[b]!));
  return (
    total(D * D, (i) => {
      const [a, b] = [Math.floor(i / D), i % D];
      if (a === b) return 0;
      return covariance(a, b) ** 2 / ((covariance(a, a) + 1e-4) * (covariance(b, b) + 1e-4));
    }) / D
  );
}

test('it is the mean over channels of the squared correlations with the others', () => {
  tidy(() => {
    const x = random<Tensor3D>([B, T, D], 'x');
    expectAllclose(decorrelation(x).dataSync(), [reference(x.dataSync())], { rtol: 1e-4 });
  });
});

test('channels that say the same cost D − 1, constant ones nothing', () => {
  tidy(() => {
    const x = random<Tensor3D>([B, T, 1], 'x');
    const same = concat<Tensor3D>([x, mul(x, -2), mul(x, 3)], 2);
    expectAllclose(decorrelation(same).dataSync(), [D - 1], { rtol: 1e-2 });
    expectAllclose(decorrelation(zeros([B, T, D])).dataSync(), [0], { atol: 0 });
  });
});

test('tokens of weight 0 do not count', () => {
  tidy(() => {
    const x = random<Tensor3D>([B, T, D], 'x');
    const weight = tensor3d(
      Array.from({ length: B * T }, (_, i) => Number(i % T < 3)),
      [B, T, 1],
    );
    expectAllclose(decorrelation(x, weight).dataSync(), [reference(x.dataSync(), 3)], { rtol: 1e-4 });
  });
});

test('its gradient is that of finite differences', () => {
  tidy(() => {
    checkGradient((x) => decorrelation(x as Tensor3D), [random<Tensor3D>([B, T, D], 'x')], { rtol: 3e-3 });
  });
});

test('data2vec 2 adds it, of local features and encoded tokens, once a batch; padding does not count', () => {
  tidy(() => {
    const model = toyModel({ name: 'data2vec2', regression: 0, decorrelation: 0.5 });
    const weights = anyWeights(model.parameters);
    const masks = [hide(6, 0, 5), hide(6, 0, 1)];
    const { terms, sampleSize, observed } = pass(model, weights, {}, batchOf(model, toySamples(6, 4), ...masks));
    expect(Object.keys(terms)).toEqual(['decorrelation']);
    const local = tensor3d(observed.get('local_features')!, [2, 6, 16]);
    const real = tensor3d([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0], [2, 6, 1]);
    const encoded = slice(tensor3d(observed.get('student_encoded')!, [2, 5, 16]), [0, 1, 0]) as Tensor3D; // no cls
    const visible = tensor3d([1, 1, 1, 1, 1, 1, 0, 0], [2, 4, 1]);
    const penalty = add(decorrelation(local, real), decorrelation(encoded, visible)).dataSync()[0]!;
    expectAllclose([terms.decorrelation!], [0.5 * penalty * sampleSize], { rtol: 1e-4 });
  });
});
