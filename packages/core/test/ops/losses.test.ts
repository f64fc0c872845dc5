import { regressionLoss, sigmoidCrossEntropy, softmaxCrossEntropy } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { ones, tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { at, normals, random, total } from './values.js';

beforeAll(useBackend);

/** ℓ(e) of data2vec1.md §2.4. */
const elementLoss = (e: number, beta: number): number =>
  beta === 0 ? e * e : Math.abs(e) < beta ? (e * e) / (2 * beta) : Math.abs(e) - beta / 2;

describe('regressionLoss', () => {
  test.each([0, 0.5, 2, 4])('with β = %d sums ℓ(p − y) where the weight is 1', (beta) => {
    tidy(() => {
      const [prediction, target] = [random([2, 3, 4], 'p', 2), random([2, 3, 4], 't', 2)];
      const mask = [1, 0, 1, 0, 0, 1];
      const [p, t] = [prediction.dataSync(), target.dataSync()];
      const expected = total(24, (i) => mask[Math.floor(i / 4)]! * elementLoss(p[i]! - t[i]!, beta));
      expectAllclose(regressionLoss(prediction, target, tensor(mask, [2, 3, 1]), beta), [expected], { rtol: 1e-5 });
    });
  });

  test('one target serves several predictions', () => {
    tidy(() => {
      const [prediction, target] = [random([2, 3, 5, 4], 'p'), random([2, 1, 5, 4], 't')];
      const [p, t] = [prediction.dataSync(), target.dataSync()];
      const expected = total(120, (i) => {
        const [n, rest] = [Math.floor(i / 60), i % 20];
        return (p[i]! - t[n * 20 + rest]!) ** 2;
      });
      expectAllclose(regressionLoss(prediction, target, ones([1, 1, 1, 1]), 0), [expected], { rtol: 1e-5 });
    });
  });

  // Errors stay away from ±β, where the loss has a kink in its second derivative.
  test.each([
    [0, [0.7, -1.2, 0.2, -3, 1.4, 0]],
    [1, [0.3, -0.6, 2, -3, 0, 1.5]],
    [2, [0.3, -1.5, 3, -2.6, 0, 1.2]],
  ])('with β = %d has the gradient of finite differences, and none for target and weight', (beta, errors) => {
    tidy(() => {
      const target = random([6, 1], 't');
      const prediction = tensor(
        target.dataSync().map((value, i) => value + errors[i]!),
        [6, 1],
      );
      const weight = tensor([1, 1, 0.5, 1, 0, 1], [6, 1]);
      checkGradient((p) => regressionLoss(p, target, weight, beta), [prediction]);
    });
  });
});

describe('softmaxCrossEntropy', () => {
  test('is −Σ y·log softmax(z), summed over rows, with soft labels', () => {
    tidy(() => {
      const z = normals([3, 4], 'z');
      const labels = [0, 1, 0, 0, 0.25, 0.25, 0.25, 0.25, 0.9, 0, 0.1, 0];
      const expected = total(3, (row) => {
        const sum = Math.log(total(4, (c) => Math.exp(at(z, [3, 4], row, c))));
        return -total(4, (c) => at(labels, [3, 4], row, c) * (at(z, [3, 4], row, c) - sum));
      });
      expectAllclose(softmaxCrossEntropy(tensor(z, [3, 4]), tensor(labels, [3, 4])), [expected], { rtol: 1e-5 });
    });
  });

  test('stays finite for logits far apart', () => {
    tidy(() => {
      expectAllclose(softmaxCrossEntropy(tensor2d([[300, 0]]), tensor2d([[0, 1]])), [300], { rtol: 1e-5 });
    });
  });

  test('has the gradient of finite differences', () => {
    tidy(() => {
      const labels = tensor([1, 0, 0, 0.2, 0.3, 0.5], [2, 3]);
      checkGradient((z) => softmaxCrossEntropy(z, labels), [random([2, 3])]);
    });
  });
});

describe('sigmoidCrossEntropy', () => {
  test('is −Σ y·log σ(z) + (1 − y)·log(1 − σ(z)), with soft labels', () => {
    tidy(() => {
      const z = normals([3, 4], 'z');
      const labels = [0, 1, 0, 1, 0.25, 0, 0.7, 0, 1, 1, 0, 0];
      const expected = total(12, (i) => {
        const probability = 1 / (1 + Math.exp(-z[i]!));
        return -(labels[i]! * Math.log(probability) + (1 - labels[i]!) * Math.log(1 - probability));
      });
      expectAllclose(sigmoidCrossEntropy(tensor(z, [3, 4]), tensor(labels, [3, 4])), [expected], { rtol: 1e-5 });
    });
  });

  test('stays finite for logits far from 0', () => {
    tidy(() => {
      expectAllclose(sigmoidCrossEntropy(tensor2d([[300, -200]]), tensor2d([[0, 1]])), [500], { rtol: 1e-6 });
      expectAllclose(sigmoidCrossEntropy(tensor2d([[300, -200]]), tensor2d([[1, 0]])), [0]);
    });
  });

  test('has the gradient of finite differences', () => {
    tidy(() => {
      const labels = tensor([1, 0, 0, 0.2, 1, 0.5], [2, 3]);
      checkGradient((z) => sigmoidCrossEntropy(z, labels), [random([2, 3])]);
    });
  });
});
