import { checkCollapse, CollapseError } from '../../src/index.js';
import { expectAllclose } from '../../src/testing/index.js';
import { tensor, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import { spread } from '../../src/objective/spread.js';
import { random, total } from '../ops/values.js';
import { useBackend } from '../testing/backend.js';

beforeAll(useBackend);

const config = { after: 5000, minTargetVar: 0.1, minPredVar: 0.01 };
const healthy = { target_var: 0.5, pred_var: 0.5 };

test('a variance below its threshold stops the run, once the start is over', () => {
  expect(() => checkCollapse(5000, { ...healthy, target_var: 0.0999 }, config)).toThrow(CollapseError);
  expect(() => checkCollapse(9000, { ...healthy, pred_var: 0.0099 }, config)).toThrow(
    'the representation collapsed: pred_var is 0.0099 at update 9000, below 0.01',
  );
  checkCollapse(4999, { target_var: 0, pred_var: 0 }, config);
});

test('a variance at its threshold, a threshold of 0 and an absent metric stop nothing', () => {
  checkCollapse(9000, { target_var: 0.1, pred_var: 0.01 }, config);
  checkCollapse(9000, { target_var: 0, pred_var: 0 }, { after: 0, minTargetVar: 0, minPredVar: 0 });
  checkCollapse(9000, {}, config);
});

/** compute_var of data2vec1.md §6: the mean over channels of √(unbiased variance + 1e-6). */
function reference(rows: ArrayLike<number>[]): number {
  const channels = rows[0]!.length;
  return (
    total(channels, (c) => {
      const mean = total(rows.length, (n) => rows[n]![c]!) / rows.length;
      return Math.sqrt(total(rows.length, (n) => (rows[n]![c]! - mean) ** 2) / (rows.length - 1) + 1e-6);
    }) / channels
  );
}

test('the monitor is the mean standard deviation of a channel over the counted tokens', () => {
  tidy(() => {
    const x = random<Tensor3D>([2, 5, 4], 'x', 3);
    const values = x.dataSync();
    const rows = Array.from({ length: 10 }, (_, i) => values.subarray(i * 4, i * 4 + 4));
    expectAllclose(spread(x), [reference(rows)]);
    const mask = [1, 0, 0, 1, 1, 0, 1, 0, 0, 1];
    expectAllclose(spread(x, tensor(mask, [2, 5, 1])), [reference(rows.filter((_, i) => mask[i] === 1))]);
  });
});
