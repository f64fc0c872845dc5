import { isRecording, residual, valueAndGradients, withoutGradient } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { add, memory, mul, square, sum, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { random } from './values.js';

beforeAll(useBackend);

test('residual adds, and passes its gradient to both', () => {
  tidy(() => {
    const [x, y] = [random([2, 3], 'x'), random([2, 3], 'y')];
    expectAllclose(residual(x, y), add(x, y));
    checkGradient((x, y) => residual(x, y!), [x, y]);
    checkGradient((x) => residual(x, x), [x]);
  });
});

test('what is computed without gradient is a constant', () => {
  tidy(() => {
    const x = tensor1d([1, 2, 3]);
    const { value, gradients } = valueAndGradients(
      () =>
        sum(
          mul(
            x,
            withoutGradient(() => square(x)),
          ),
        ),
      [x],
    );
    expectAllclose(value, [36]);
    expectAllclose(gradients[0]!, [1, 4, 9]); // not 3x²
  });
});

test('without a tape, withoutGradient only computes, and frees what lies between', () => {
  const x = tensor1d([1, 2]);
  const before = memory().numTensors;
  const y = withoutGradient(() => square(add(x, 1)));
  expectAllclose(y, [4, 9]);
  expect(memory().numTensors - before).toBe(1);
  x.dispose();
  y.dispose();
});

test('the tape records inside valueAndGradients alone, and not in withoutGradient', () => {
  const x = tensor1d([1]);
  const seen: boolean[] = [isRecording()];
  const { value, gradients } = valueAndGradients(() => {
    seen.push(isRecording());
    withoutGradient(() => {
      seen.push(isRecording());
      return square(x);
    });
    return sum(x);
  }, [x]);
  expect(seen).toEqual([false, true, false]);
  for (const tensor of [x, value, ...(gradients as Tensor[])]) tensor.dispose();
});

test('an input that the value does not depend on has no gradient', () => {
  const [x, y] = [tensor1d([1]), tensor1d([2])];
  const { value, gradients } = valueAndGradients(() => sum(square(x)), [x, y]);
  expect(gradients[1]).toBeUndefined();
  expectAllclose(gradients[0]!, [2]);
  for (const tensor of [x, y, value, gradients[0]!]) tensor.dispose();
});
