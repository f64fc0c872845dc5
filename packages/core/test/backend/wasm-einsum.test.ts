import * as tf from '@tensorflow/tfjs';
import { expectClose, expectSameValues, floats, ints, useWasm, valuesOn } from './wasm-against-cpu.js';

beforeAll(useWasm);

const sizes: Record<string, number> = { b: 2, h: 3, i: 4, j: 5, k: 1, d: 6 };

test.each([
  'ij->ji',
  'ij->',
  'bij->b',
  'ijd->di',
  'ij,jd->id',
  'bij,bjd->bid',
  'bhid,bhjd->bhij',
  'bhij,bhjd->bihd',
  'bid,jd->bij',
  'bij,d->bijd',
  'ij,ij->',
  'ij,ij->ij',
  'i,j->ij',
])('%s matches cpu', async (equation) => {
  const terms = equation.split('->')[0]!.split(',');
  const inputs = terms.map((term, seed) =>
    floats(
      [...term].map((label) => sizes[label]!),
      seed,
    ),
  );
  await expectSameValues((...x: tf.Tensor[]) => tf.einsum(equation, ...x), ...inputs);
});

test.each([
  ['bij,d->bi', (a: tf.Tensor, b: tf.Tensor) => tf.mul(tf.sum(a, 2), tf.sum(b))],
  ['bik,jk->b', (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(tf.sum(a, 1), tf.sum(b, 0)), 1)],
  ['ij,id->j', (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, tf.sum(b, 1, true)), 0)],
] as [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor][])(
  '%s sums over what only one operand has',
  async (equation, reference) => {
    // The cpu backend's einsum gives these the wrong shape.
    const terms = equation.split('->')[0]!.split(',');
    const inputs = terms.map((term, seed) =>
      floats(
        [...term].map((label) => sizes[label]!),
        seed,
      ),
    );
    const einsum = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.einsum(equation, a, b);
    expectClose(await valuesOn('wasm', einsum, inputs), await valuesOn('cpu', reference, inputs));
  },
);

test('multiplies integers where nothing is contracted', async () => {
  await expectSameValues((a: tf.Tensor, b: tf.Tensor) => tf.einsum('i,j->ij', a, b), ints([3], 0, 9), ints([4], 0, 9));
});

test('refuses a label of two sizes', async () => {
  const f = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.einsum('ij,jd->id', a, b);
  await expect(valuesOn('wasm', f, [floats([2, 3]), floats([4, 5])])).rejects.toThrow(/Expected dimension 3/);
});
