import { convertBack, convertNames, type HostTensor, type NameRule } from '@d2v/core';

const RULES: NameRule[] = ['q', 'k', 'v'].map((name, index) => ({
  from: new RegExp(`layers\\.(\\d)\\.${name}`),
  to: 'blocks.$1.qkv',
  layout: 'linear',
  part: { index, of: 3 },
}));

/** A (1, 2) matrix of PyTorch's, which becomes (2, 1). */
const matrix = (...data: number[]): HostTensor => ({ data: Float32Array.from(data), shape: [1, 2] });
const foreign = new Map([
  ['layers.0.v', matrix(5, 6)],
  ['layers.0.q', matrix(1, 2)],
  ['layers.0.k', matrix(3, 4)],
]);

test('query, key and value become one matrix, side by side, whatever their order in the file', () => {
  const { tensors } = convertNames(foreign, { rules: RULES });
  expect(tensors.get('blocks.0.qkv')).toEqual({ data: Float32Array.of(1, 3, 5, 2, 4, 6), shape: [2, 3] });
});

test('and go back into three', () => {
  const { tensors } = convertNames(foreign, { rules: RULES });
  expect(convertBack(tensors, { rules: RULES }, foreign.keys()).tensors).toEqual(foreign);
});

test('a matrix that lacks a part is missing', () => {
  const two = new Map([...foreign].slice(1));
  const expected = { 'blocks.0.qkv': { shape: [2, 3], init: { kind: 'zeros' } as const } };
  const { tensors, missing } = convertNames(two, { rules: RULES }, expected);
  expect([...tensors.keys()]).toEqual([]);
  expect(missing).toEqual(['blocks.0.qkv']);
});

test('a part that comes twice is refused', () => {
  const twice = new Map([...foreign, ['x.layers.0.q', matrix(0, 0)]]);
  const rules = [...RULES, { ...RULES[0]!, from: /x\.layers\.(\d)\.q/ }];
  expect(() => convertNames(twice, { rules })).toThrow("both become 'blocks.0.qkv part 0'");
});

test('parts of different shapes are refused by name', () => {
  const odd = new Map([...foreign, ['layers.0.k', { data: new Float32Array(3), shape: [1, 3] }]]);
  expect(() => convertNames(odd, { rules: RULES })).toThrow("the parts of 'blocks.0.qkv' have the shapes");
});
