import { asRows, columnSum, linear, ShapeError } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { tidy, type Tensor1D, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';
import { at, fill, random, total } from './values.js';

beforeAll(useBackend);

test('linear is x·W + b over the last axis of any rank', () => {
  tidy(() => {
    const [weight, bias] = [random([5, 4], 'w'), random([4], 'b')];
    const [w, b] = [weight.dataSync(), bias.dataSync()];
    for (const shape of [
      [3, 5],
      [2, 3, 5],
      [2, 1, 3, 5],
    ]) {
      const x = random(shape, 'x');
      const values = x.dataSync();
      const rows = x.size / 5;
      const product = (r: number, o: number): number =>
        total(5, (i) => at(values, [rows, 5], r, i) * at(w, [5, 4], i, o));
      const y = linear(x, weight, bias);
      expect(y.shape).toEqual([...shape.slice(0, -1), 4]);
      expectAllclose(
        y,
        fill([rows, 4], (r, o) => product(r, o) + b[o]!),
        { rtol: 1e-5, atol: 1e-5 },
      );
      expectAllclose(linear(x, weight), fill([rows, 4], product), { rtol: 1e-5, atol: 1e-5 });
    }
  });
});

test('linear has the gradient of finite differences, with bias and without', () => {
  tidy(() => {
    const [x, weight, bias] = [random([2, 3, 4], 'x'), random([4, 5], 'w'), random([5], 'b')];
    checkGradient((x, weight, bias) => linear(x, weight!, bias), [x, weight, bias]);
    checkGradient((x, weight) => linear(x, weight!), [x, weight]);
  });
});

test('linear says which shapes do not fit', () => {
  tidy(() => {
    const [x, weight] = [random([2, 4]), random([5, 3])];
    expect(() => linear(x, weight)).toThrow(ShapeError);
    expect(() => linear(x, weight)).toThrow('x must end in 5 to fit the weight (5,3), got (2,4)');
  });
});

test('columnSum adds rows, asRows folds all axes but the last', () => {
  tidy(() => {
    const x = random<Tensor3D>([2, 3, 4]);
    const values = x.dataSync();
    const rows: Tensor2D = asRows(x);
    expect(rows.shape).toEqual([6, 4]);
    const sums: Tensor1D = columnSum(rows);
    expectAllclose(
      sums,
      fill([4], (c) => total(6, (r) => values[r * 4 + c]!)),
    );
  });
});
