import { differentiable, withoutGradient } from '../../src/index.js';
import { checkGradient, expectAllclose, leakCheck } from '../../src/testing/index.js';
import { mul, square, tensor, tensor1d, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { useBackend } from './backend.js';

beforeAll(useBackend);

describe('expectAllclose', () => {
  test('allows atol + rtol·|expected| and no more', () => {
    expectAllclose([100.9, 0.09], [100, 0], { rtol: 0.009, atol: 0.1 });
    expect(() => expectAllclose([101.1], [100], { rtol: 0.009, atol: 0.1 })).toThrow(
      'element [0] is 101.1, expected 100',
    );
    expect(() => expectAllclose([1.0001], [1])).toThrow('1 of 1 values differ');
    expectAllclose([1.000001], [1]);
  });

  test('names the first and the worst element by its place', () => {
    tidy(() => {
      const [actual, expected] = [
        tensor2d([
          [1, 2],
          [4, 9],
        ]),
        tensor2d([
          [1, 2],
          [3, 4],
        ]),
      ];
      expect(() => expectAllclose(actual, expected)).toThrow(
        'element [1, 0] is 4, expected 3; worst: element [1, 1] is 9, expected 4',
      );
    });
  });

  test('compares shapes, and lengths', () => {
    tidy(() => {
      expect(() => expectAllclose(tensor([1, 2], [2, 1]), tensor([1, 2], [1, 2]))).toThrow(
        'shape is [2,1], expected [1,2]',
      );
      expect(() => expectAllclose([1], [1, 2])).toThrow('1 values, expected 2');
    });
  });

  test('never takes NaN for a number, and an infinity only for itself', () => {
    expect(() => expectAllclose([NaN], [1])).toThrow('is NaN, expected 1');
    expect(() => expectAllclose([1], [NaN])).toThrow('is 1, expected NaN');
    expect(() => expectAllclose([NaN], [NaN])).toThrow('is NaN, expected NaN');
    expect(() => expectAllclose([Infinity], [1])).toThrow('is Infinity, expected 1');
    expectAllclose([Infinity], [Infinity]);
  });
});

describe('checkGradient', () => {
  test('passes a right gradient and names the element of a wrong one', () => {
    const cubed = (derivative: number) => (x: Parameters<typeof square>[0]) =>
      differentiable(
        [x as never],
        () => mul(square(x), x),
        (dy) => [mul(dy, mul(square(x), derivative))],
      );
    tidy(() => {
      const x = tensor1d([0, 0.5, -1]);
      checkGradient(cubed(3), [x]);
      expect(() => checkGradient(cubed(3.02), [x])).toThrow(
        'input 0 of shape [3], gradient against finite differences: expectAllclose: 2 of 3 values differ',
      );
    });
  });

  test('finds a gradient that is missing', () => {
    tidy(() => {
      const x = tensor1d([1, 2]);
      const detached = (y: Tensor): Tensor =>
        mul(
          y,
          withoutGradient(() => square(y)),
        );
      expect(() => checkGradient(detached, [x])).toThrow('checkGradient: input 0 of shape [2]');
      expect(() => checkGradient((y) => withoutGradient(() => square(y)), [x])).toThrow('element [0] is 0');
    });
  });
});

describe('leakCheck', () => {
  test('returns what the function returns and counts what it leaves', async () => {
    const kept = tensor1d([1]);
    await expect(leakCheck(() => 3)).resolves.toBe(3);
    await expect(leakCheck(() => tidy(() => void square(kept)))).resolves.toBeUndefined();
    const left: { dispose(): void }[] = [];
    await expect(
      leakCheck(async () => void left.push(square(kept), await Promise.resolve(square(kept)))),
    ).rejects.toThrow('leakCheck: 2 tensors leaked');
    for (const each of [...left, kept]) each.dispose();
  });
});
