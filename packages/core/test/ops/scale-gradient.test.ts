import { scaleGradient, valueAndGradients } from '../../src/index.js';
import { expectAllclose } from '../../src/testing/index.js';
import { square, sum, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { random } from './values.js';

beforeAll(useBackend);

test('the value stays, the gradient is multiplied', () => {
  tidy(() => {
    const x = random([2, 3]);
    const { value, gradients } = valueAndGradients(() => sum(square(scaleGradient(x, 0.1))), [x]);
    expectAllclose(value, sum(square(x)));
    expectAllclose(
      gradients[0]!,
      x.dataSync<'float32'>().map((v) => 0.2 * v),
      { rtol: 1e-5 },
    );
  });
});
