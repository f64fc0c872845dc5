import { alibiBias, alibiSlopes, Scope } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { tensor, tidy } from '@tensorflow/tfjs-core';
import { fill } from '../ops/values.js';
import { useBackend } from '../testing/backend.js';

beforeAll(useBackend);

// data2vec2.md §2.5.
test.each<[number, number[]]>([
  [12, [1, 2, 3, 4, 5, 6, 7, 8, 0.5, 1.5, 2.5, 3.5]],
  [16, [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8]],
  [8, [1, 2, 3, 4, 5, 6, 7, 8]],
])('the slopes of %d heads are powers of 1/2', (heads, exponents) => {
  expectAllclose(
    alibiSlopes(heads),
    exponents.map((exponent) => 2 ** -exponent),
    { rtol: 1e-12, atol: 0 },
  );
});

const options = { heads: 4, extra: 1, learnedScale: true, distance: (a: number, b: number) => Math.abs(a - b) };

/** −slope·|i − j| among content tokens, 0 for the extra one. */
const expected = fill([4, 6, 6], (h, i, j) => (i === 0 || j === 0 ? 0 : -alibiSlopes(4)[h]! * Math.abs(i - j)));

test('the bias is −slope·distance among content tokens and 0 for extra ones', () => {
  tidy(() => {
    const { bias, parameters } = alibiBias({ ...options, learnedScale: false });
    expect(parameters).toEqual({});
    const y = bias(new Scope({}), 5);
    expect(y.shape).toEqual([4, 6, 6]);
    expectAllclose(y, expected);
  });
});

test('a learned scale multiplies each head, but never turns the sign', () => {
  tidy(() => {
    const { bias, parameters } = alibiBias(options);
    expect(parameters.alibi_scale).toMatchObject({ shape: [1, 1, 4, 1, 1], decay: false });
    const scale = tensor([1, 0.5, -2, 3], [1, 1, 4, 1, 1]);
    const used = [1, 0.5, 0, 3];
    const scaled = expected.map((value, i) => value * used[Math.floor(i / 36)]!);
    expectAllclose(bias(new Scope({ alibi_scale: scale }), 5), scaled);
    checkGradient((x) => bias(new Scope({ alibi_scale: x }), 5), [scale]);
  });
});

test('a scale may be one for all heads, or fixed, and may leave the last heads alone', () => {
  tidy(() => {
    const one = alibiBias({ ...options, scalePer: 'all', scale: 0.5 });
    expect(one.parameters.alibi_scale).toMatchObject({
      shape: [1, 1, 1, 1, 1],
      init: { kind: 'constant', value: 0.5 },
    });
    const scale = tensor([3], [1, 1, 1, 1, 1]);
    expectAllclose(
      one.bias(new Scope({ alibi_scale: scale }), 5),
      expected.map((value) => 3 * value),
    );
    checkGradient((x) => one.bias(new Scope({ alibi_scale: x }), 5), [scale]);
    const half = alibiBias({ ...options, learnedScale: false, scale: 0.5 });
    expectAllclose(
      half.bias(new Scope({}), 5),
      expected.map((value) => 0.5 * value),
    );
    const two = alibiBias({ ...options, learnedScale: false, biasedHeads: 2 });
    const slopes = [...alibiSlopes(2), 0, 0];
    expectAllclose(
      two.bias(new Scope({}), 5),
      expected.map((value, i) => (value / alibiSlopes(4)[Math.floor(i / 36)]!) * slopes[Math.floor(i / 36)]!),
    );
    expect(() => alibiBias({ ...options, biasedHeads: 5 })).toThrow('5 heads cannot be biased, the backbone has 4');
  });
});
