import { attention, ShapeError } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { tensor, tidy, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { at, fill, normals, random, total } from './values.js';

beforeAll(useBackend);

const [N, T, H, D] = [2, 5, 2, 6];
const d = D / H;

interface Extras {
  readonly bias?: (n: number, h: number, i: number, j: number) => number;
  readonly keyMask?: (n: number, j: number) => number;
  readonly dropout?: (n: number, h: number, i: number, j: number) => number;
}

/** softmax(q·kᵀ/√d + bias + keyMask)·dropout · v, in double precision. */
function reference(qkv: ArrayLike<number>, { bias, keyMask, dropout }: Extras = {}): Float32Array {
  const part = (which: number, n: number, t: number, h: number, c: number): number =>
    at(qkv, [N, T, 3, H, d], n, t, which, h, c);
  return fill([N, T, H, d], (n, i, h, c) => {
    const logits = Array.from({ length: T }, (_, j) => {
      const product = total(d, (e) => part(0, n, i, h, e) * part(1, n, j, h, e)) / Math.sqrt(d);
      return product + (bias?.(n, h, i, j) ?? 0) + (keyMask?.(n, j) ?? 0);
    });
    const most = Math.max(...logits);
    const weights = logits.map((logit) => Math.exp(logit - most));
    const sum = total(T, (j) => weights[j]!);
    return total(T, (j) => (weights[j]! / sum) * (dropout?.(n, h, i, j) ?? 1) * part(2, n, j, h, c));
  });
}

const TOLERANCE = { rtol: 1e-4, atol: 1e-5 };
const shared = normals([H, T, T], 'bias');
const perRow = normals([N, H, T, T], 'bias');
const kept = fill([N, H, T, T], (...place) => (total(4, (i) => place[i]! * (i + 1)) % 4 === 0 ? 0 : 4 / 3));
const keys = fill([N, 1, 1, T], (n, _a, _b, j) => (n === 1 && j >= 3 ? -1e9 : 0));

const make = (values: Float32Array, shape: number[]): Tensor => tensor(values, shape);
const inputs = (): Tensor3D => random([N, T, 3 * D], 'qkv') as Tensor3D;

test('attention is softmax(q·kᵀ/√d)·v for each head', () => {
  tidy(() => {
    const qkv = inputs();
    const y = attention(qkv, { heads: H });
    expect(y.shape).toEqual([N, T, D]);
    expectAllclose(y, reference(qkv.dataSync()), TOLERANCE);
  });
});

test('a bias of rank 3 serves every row, one of rank 4 its own', () => {
  tidy(() => {
    const qkv = inputs();
    expectAllclose(
      attention(qkv, { heads: H, bias: make(shared, [H, T, T]) }),
      reference(qkv.dataSync(), { bias: (_n, h, i, j) => at(shared, [H, T, T], h, i, j) }),
      TOLERANCE,
    );
    expectAllclose(
      attention(qkv, { heads: H, bias: make(perRow, [N, H, T, T]) }),
      reference(qkv.dataSync(), { bias: (...place) => at(perRow, [N, H, T, T], ...place) }),
      TOLERANCE,
    );
  });
});

test('masked keys are not attended to, dropped probabilities not used', () => {
  tidy(() => {
    const qkv = inputs();
    const y = attention(qkv, { heads: H, keyMask: make(keys, [N, 1, 1, T]), dropout: make(kept, [N, H, T, T]) });
    const expected = reference(qkv.dataSync(), {
      keyMask: (n, j) => keys[n * T + j]!,
      dropout: (...place) => at(kept, [N, H, T, T], ...place),
    });
    expectAllclose(y, expected, TOLERANCE);
  });
});

test.each<[string, boolean, boolean, number]>([
  ['alone', false, false, 0],
  ['with a shared bias', false, false, 3],
  ['with a bias per row', false, false, 4],
  ['with a key mask', true, false, 0],
  ['with dropout', false, true, 0],
  ['with a key mask, dropout and a shared bias', true, true, 3],
  ['with a key mask, dropout and a bias per row', true, true, 4],
])('attention %s has the gradient of finite differences', (_name, masked, dropped, biasRank) => {
  tidy(() => {
    const constants = {
      heads: H,
      ...(masked ? { keyMask: make(keys, [N, 1, 1, T]) } : {}),
      ...(dropped ? { dropout: make(kept, [N, H, T, T]) } : {}),
    };
    const bias = biasRank === 3 ? [make(shared, [H, T, T])] : biasRank === 4 ? [make(perRow, [N, H, T, T])] : [];
    checkGradient((qkv, bias) => attention(qkv as Tensor3D, { ...constants, bias }), [inputs(), ...bias]);
  });
});

test('heads that do not divide the width are refused', () => {
  tidy(() => {
    expect(() => attention(inputs(), { heads: 4 })).toThrow(ShapeError);
    expect(() => attention(inputs(), { heads: 4 })).toThrow('4 heads must divide the width 6');
  });
});
