import { layerNorm } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { tensor, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { fill, random, total } from './values.js';

beforeAll(useBackend);

/** (x − μ)/√(σ² + ε) of each row of `width` values, in double precision. */
function standardised(values: ArrayLike<number>, width: number, epsilon: number): Float32Array {
  return fill([values.length / width, width], (row, column) => {
    const value = (i: number): number => values[row * width + i]!;
    const mean = total(width, value) / width;
    const variance = total(width, (i) => (value(i) - mean) ** 2) / width;
    return (value(column) - mean) / Math.sqrt(variance + epsilon);
  });
}

test.each([1e-6, 1e-5, 0.5])('layerNorm standardises the last axis with biased variance, ε = %d', (epsilon) => {
  tidy(() => {
    const x = random([2, 3, 8], 'x', 3);
    const expected = standardised(x.dataSync(), 8, epsilon);
    expectAllclose(layerNorm(x, epsilon), expected, { atol: 1e-5 });
    const [gain, bias] = [random([8], 'g'), random([8], 'b')];
    const [g, b] = [gain.dataSync(), bias.dataSync()];
    const scaled = expected.map((value, i) => value * g[i % 8]! + b[i % 8]!);
    expectAllclose(layerNorm(x, epsilon, gain, bias), scaled, { atol: 1e-5 });
  });
});

test('layerNorm of equal values is 0, not NaN', () => {
  tidy(() => expectAllclose(layerNorm(tensor([[3, 3, 3]]), 1e-6), [0, 0, 0]));
});

test('layerNorm has the gradient of finite differences, with affine parameters and without', () => {
  tidy(() => {
    const [x, gain, bias] = [random([2, 3, 6], 'x'), random([6], 'g'), random([6], 'b')];
    checkGradient((x, gain, bias) => layerNorm(x, 1e-5, gain, bias), [x, gain, bias]);
    checkGradient((x) => layerNorm(x, 1e-5), [x]);
    checkGradient((x) => layerNorm(x, 0.3), [x]);
  });
});
