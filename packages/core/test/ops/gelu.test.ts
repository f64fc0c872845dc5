import { gelu } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { tensor1d, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';

beforeAll(useBackend);

test('gelu is x·Φ(x), the erf form', () => {
  // Φ to seven digits from a table of the normal distribution; the tanh form differs by 1.5e-4 at x = 2.
  const table: [number, number][] = [
    [0, 0.5],
    [0.5, 0.6914625],
    [1, 0.8413447],
    [2, 0.9772499],
    [3, 0.9986501],
  ];
  tidy(() => {
    const x = table.map(([value]) => value);
    expectAllclose(
      gelu(tensor1d(x)),
      table.map(([value, cdf]) => value * cdf),
      { rtol: 2e-6, atol: 1e-6 },
    );
    const negative = table.map(([value, cdf]) => -value * (1 - cdf));
    expectAllclose(gelu(tensor1d(x.map((value) => -value))), negative, { rtol: 0, atol: 2e-6 });
  });
});

test('gelu leaves large values and erases very negative ones', () => {
  tidy(() => expectAllclose(gelu(tensor1d([10, -10, 50, -50])), [10, 0, 50, 0], { atol: 1e-5 }));
});

test('gelu has the gradient of finite differences', () => {
  tidy(() => checkGradient((x) => gelu(x), [tensor1d([-4, -1.5, -0.75, -0.1, 0, 0.3, 1, 2.5, 4])]));
});
