import { expectAllclose } from '../../src/testing/index.js';
import { slice, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import type { BlockOutput } from '../../src/backbone/block.js';
import { makeTargets, targetsSchema } from '../../src/objective/targets.js';
import { at, fill, random, total } from '../ops/values.js';
import { useBackend } from '../testing/backend.js';

beforeAll(useBackend);

const [B, T, D] = [2, 4, 3];
const shape = [B, T, D];

/** Standardised over the places that `pool` maps to the same key, in double precision with biased variance. */
function standardised(x: ArrayLike<number>, pool: (b: number, t: number, c: number) => string): Float32Array {
  const values = new Map<string, number[]>();
  fill(shape, (b, t, c) => {
    const key = pool(b!, t!, c!);
    values.set(key, [...(values.get(key) ?? []), at(x, shape, b!, t!, c!)]);
    return 0;
  });
  return fill(shape, (b, t, c) => {
    const group = values.get(pool(b!, t!, c!))!;
    const mean = total(group.length, (i) => group[i]!) / group.length;
    const variance = total(group.length, (i) => (group[i]! - mean) ** 2) / group.length;
    return (at(x, shape, b!, t!, c!) - mean) / Math.sqrt(variance + 1e-5);
  });
}

const POOLS = {
  batchNorm: (_b: number, _t: number, c: number) => `${c}`,
  instanceNorm: (b: number, _t: number, c: number) => `${b} ${c}`,
  groupNorm: (b: number) => `${b}`,
  layerNorm: (b: number, t: number) => `${b} ${t}`,
};

type Flag = keyof typeof POOLS;

/** The last K tensors, each normalised in order, averaged, normalised in order. */
function reference(blocks: readonly ArrayLike<number>[], topK: number, layers: Flag[], average: Flag[]): Float32Array {
  const normal = blocks
    .slice(-topK)
    .map((x) => layers.reduce<ArrayLike<number>>((y, flag) => standardised(y, POOLS[flag]), x));
  const mean = fill([B * T * D], (i) => total(topK, (k) => normal[k]![i!]!) / topK);
  return average.reduce<Float32Array>((y, flag) => standardised(y, POOLS[flag]), mean);
}

const flags = (names: Flag[]): Record<string, boolean> => Object.fromEntries(names.map((name) => [name, true]));

/** Three blocks with one extra token before the content. */
const blockOutputs = (): BlockOutput[] =>
  Array.from({ length: 3 }, (_, i) => ({
    x: random<Tensor3D>([B, 1 + T, D], `x${i}`, 2),
    feedForward: random<Tensor3D>([B, 1 + T, D], `f${i}`, 2),
  }));
const withoutExtra = (x: Tensor3D): Tensor3D => slice(x, [0, 1, 0], [-1, -1, -1]);
const values = (x: Tensor3D): ArrayLike<number> => withoutExtra(x).dataSync();

test.each<[string, Flag[], Flag[]]>([
  ['nothing', [], []],
  ['batch norm of each', ['batchNorm'], []],
  ['instance norm of each', ['instanceNorm'], []],
  ['group norm of each', ['groupNorm'], []],
  ['layer norm of each', ['layerNorm'], []],
  [
    'batch, instance, group and layer norm of each, in this order',
    ['batchNorm', 'instanceNorm', 'groupNorm', 'layerNorm'],
    [],
  ],
  ['layer norm of the average', [], ['layerNorm']],
  ['instance norm of the average', [], ['instanceNorm']],
  ['layer, then instance norm of the average', [], ['layerNorm', 'instanceNorm']],
  ['data2vec 2 images: instance norm of each, layer norm of the average', ['instanceNorm'], ['layerNorm']],
  ['data2vec 2 large text: layer norm of each, instance norm of the average', ['layerNorm'], ['instanceNorm']],
])('targets with %s', (_name, layers, average) => {
  tidy(() => {
    const blocks = blockOutputs();
    const config = targetsSchema.parse({ topK: 2, layers: flags(layers), average: flags(average) });
    const expected = reference(
      blocks.map(({ feedForward }) => values(feedForward)),
      2,
      layers,
      average,
    );
    expectAllclose(makeTargets(blocks, config, withoutExtra), expected, { rtol: 1e-4, atol: 1e-4 });
  });
});

test('the order of normalisations matters, so the test of the order can fail', () => {
  tidy(() => {
    const one = blockOutputs().map(({ feedForward }) => values(feedForward));
    const [there, back] = [
      reference(one, 1, ['instanceNorm', 'layerNorm'], []),
      reference(one, 1, ['layerNorm', 'instanceNorm'], []),
    ];
    expect(() => expectAllclose(there, back, { rtol: 1e-3, atol: 1e-3 })).toThrow('values differ');
  });
});

test.each([1, 2, 3])('the last %d blocks are averaged, of the tensor that is chosen', (topK) => {
  tidy(() => {
    const blocks = blockOutputs();
    for (const tensor of ['feedForward', 'block'] as const) {
      const wanted = blocks.map((block) => values(tensor === 'block' ? block.x : block.feedForward));
      const targets = makeTargets(blocks, targetsSchema.parse({ topK, tensor }), withoutExtra);
      expectAllclose(targets, reference(wanted, topK, [], []), { rtol: 1e-4, atol: 1e-5 });
    }
  });
});
