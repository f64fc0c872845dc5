import { jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { nativeBackend } from '../../src/kernels/native.js';
import { expectSameAsCpu, nativeTest, values } from '../support/native.js';

type Case = [name: string, a: number[], b: number[], transposeA: boolean, transposeB: boolean, op: string];

const cases: Case[] = [
  ['two matrices', [3, 4], [4, 5], false, false, 'MatMul'],
  ['two matrices, left transposed', [4, 3], [4, 5], true, false, 'MatMul'],
  ['two matrices, right transposed', [3, 4], [5, 4], false, true, 'MatMul'],
  ['two matrices, both transposed', [4, 3], [5, 4], true, true, 'MatMul'],
  ['batches of one', [1, 3, 4], [1, 4, 5], false, false, 'MatMul'],
  ['batches of one, transposed', [1, 1, 4, 3], [1, 5, 4], true, true, 'MatMul'],
  ['a batch and one matrix', [2, 6, 3, 4], [4, 5], false, false, 'MatMul'],
  ['a batch and one matrix, right transposed', [6, 3, 4], [1, 5, 4], false, true, 'MatMul'],
  ['a matrix and a batch of one', [3, 4], [1, 4, 5], false, false, 'MatMul'],
  ['a batch and one matrix, left transposed', [6, 4, 3], [1, 4, 5], true, false, 'BatchMatMulV2'],
  ['two batches', [2, 3, 4], [2, 4, 5], false, false, 'BatchMatMulV2'],
  ['one matrix and a batch', [1, 3, 4], [2, 4, 5], false, false, 'BatchMatMulV2'],
];

describe('BatchMatMul', () => {
  for (const [name, a, b, transposeA, transposeB, op] of cases) {
    nativeTest(`${name}: ${op}, as the cpu backend`, async () => {
      const run = jest.spyOn(nativeBackend(), 'executeSingleOutput');
      const multiply = () => tf.matMul(values(a), values(b, 1), transposeA, transposeB);
      await expectSameAsCpu(multiply);
      const products = run.mock.calls.map(([name]) => name).filter((name) => name.includes('MatMul'));
      run.mockRestore();
      expect(products).toEqual([op]);
    });
  }

  nativeTest('int32 matrices stay int32', async () => {
    const x = () => tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32');
    await tf.setBackend('tensorflow');
    const product = tf.tidy(() =>
      tf.engine().runKernel<tf.Tensor>('BatchMatMul', { a: x(), b: x() }, { transposeA: false, transposeB: false }),
    );
    expect(product.dtype).toBe('int32');
    expect(Array.from(product.dataSync())).toEqual([7, 10, 15, 22]);
    product.dispose();
  });

  nativeTest('gradients pass through it', () =>
    expectSameAsCpu(() => {
      const f = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.square(tf.matMul(a, b)));
      return tf.grads(f)([values([3, 4]), values([4, 5], 1)]);
    }),
  );
});
