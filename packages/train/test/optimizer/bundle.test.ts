import { ones, range, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { bundleGroups, bundleParameters, pack, unpack } from '../../src/optimizer/index.js';

const groups = {
  'a.weight': { scale: 1, decay: true },
  'a.bias': { scale: 1, decay: false },
  'b.weight': { scale: 0.5, decay: true },
  'b.bias': { scale: 1, decay: false },
  table: { scale: 1, decay: true },
};

const weights = (): Record<string, Tensor> => ({
  'a.weight': range(0, 6).reshape([2, 3]),
  'a.bias': range(6, 9),
  'b.weight': ones([3, 1]),
  'b.bias': range(9, 10),
  table: zeros([200, 100]),
});

const inTidy = (body: () => void) => () => tidy(body);

test(
  'small parameters of one group share a bundle, a large one stays alone under its name',
  inTidy(() => {
    const bundles = bundleParameters(weights(), groups);
    expect(Object.values(bundles)).toEqual([['a.weight'], ['a.bias', 'b.bias'], ['b.weight'], ['table']]);
    expect(Object.keys(bundles).at(-1)).toBe('table');
    expect(Object.values(bundleGroups(bundles, groups))).toEqual([
      { scale: 1, decay: true },
      { scale: 1, decay: false },
      { scale: 0.5, decay: true },
      { scale: 1, decay: true },
    ]);
  }),
);

test(
  'without groups all small parameters share one',
  inTidy(() => {
    const bundles = bundleParameters(weights());
    expect(Object.values(bundles)).toEqual([['a.weight', 'a.bias', 'b.weight', 'b.bias'], ['table']]);
  }),
);

test(
  'unpacking gives back every parameter with its shape and values',
  inTidy(() => {
    const given = weights();
    const bundles = bundleParameters(given, groups);
    const packed = pack(given, bundles);
    expect(Object.values(packed).map(({ shape }) => shape)).toEqual([[2, 3], [4], [3, 1], [200, 100]]);
    const back = unpack(packed, bundles, given);
    expect(Object.keys(back).sort()).toEqual(Object.keys(given).sort());
    for (const [name, tensor] of Object.entries(back)) {
      expect(tensor.shape).toEqual(given[name]!.shape);
      expect(tensor.dataSync()).toEqual(given[name]!.dataSync());
    }
  }),
);
