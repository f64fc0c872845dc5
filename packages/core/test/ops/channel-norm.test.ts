import { channelNorm } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { ones, slice, tensor, tidy, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { at, fill, random, total } from './values.js';

beforeAll(useBackend);

const SHAPE = [2, 5, 3];
const EPSILON = 1e-5;

test('each channel of each sample has mean 0 and variance 1 over its steps, before gain and bias', () => {
  tidy(() => {
    const x = random<Tensor3D>(SHAPE, 'x');
    const [gain, bias] = [random([3], 'g'), random([3], 'b')];
    const values = x.dataSync();
    const expected = fill(SHAPE, (n, t, c) => {
      const mean = total(5, (i) => at(values, SHAPE, n, i, c)) / 5;
      const variance = total(5, (i) => (at(values, SHAPE, n, i, c) - mean) ** 2) / 5;
      const normal = (at(values, SHAPE, n, t, c) - mean) / Math.sqrt(variance + EPSILON);
      return normal * gain.dataSync()[c]! + bias.dataSync()[c]!;
    });
    expectAllclose(channelNorm(x, EPSILON, gain, bias, ones([2, 5, 1])), expected, { rtol: 1e-4, atol: 1e-5 });
  });
});

test('steps that do not count never change the others', () => {
  tidy(() => {
    const x = random<Tensor3D>(SHAPE, 'x');
    const [gain, bias] = [random([3], 'g'), random([3], 'b')];
    const counted = tensor([1, 1, 1, 1, 1, 1, 1, 1, 0, 0], [2, 5, 1]);
    const whole = channelNorm(x, EPSILON, gain, bias, counted);
    const alone = channelNorm(slice(x, [1, 0, 0], [1, 3, 3]), EPSILON, gain, bias, ones([1, 3, 1]));
    expectAllclose(slice(whole, [1, 0, 0], [1, 3, 3]), alone, { rtol: 1e-5, atol: 1e-6 });
  });
});

test('the gradients are those of finite differences, with and without padding', () => {
  tidy(() => {
    const inputs = [random(SHAPE, 'x'), random([3], 'g'), random([3], 'b')];
    for (const counted of [ones([2, 5, 1]), tensor([1, 1, 1, 1, 1, 1, 1, 1, 0, 0], [2, 5, 1])]) {
      const f = (x: Tensor, gain: Tensor, bias: Tensor): Tensor =>
        channelNorm(x as Tensor3D, EPSILON, gain, bias, counted);
      checkGradient((x, gain, bias) => f(x!, gain!, bias!), inputs, { rtol: 5e-3 });
    }
  });
});
