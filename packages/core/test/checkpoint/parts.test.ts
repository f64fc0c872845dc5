import fc from 'fast-check';
import { CheckpointError, convertBack, convertNames, type HostTensor, type NameRule } from '@d2v/core';

const rules: NameRule[] = ['q', 'k', 'v'].map((name, index) => ({
  from: new RegExp(`^attn\\.${name}\\.weight$`),
  to: 'qkv.weight',
  layout: 'linear',
  part: [index, 3],
}));

const counted = (shape: number[], from = 0): HostTensor => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => from + i),
  shape,
});

test('separate projections become one, side by side along its last axis', () => {
  const foreign = new Map([
    ['attn.k.weight', counted([2, 3], 10)],
    ['attn.q.weight', counted([2, 3], 0)],
    ['attn.v.weight', counted([2, 3], 20)],
  ]);
  const { tensors, missing, misshapen } = convertNames(
    foreign,
    { rules },
    { 'qkv.weight': { shape: [3, 6], init: { kind: 'zeros' } } },
  );
  expect([missing, misshapen]).toEqual([[], []]);
  // Row i of (in, 3·out) holds column i of q, k and v, whose layout is (out, in).
  expect([...tensors.get('qkv.weight')!.data]).toEqual([0, 3, 10, 13, 20, 23, 1, 4, 11, 14, 21, 24, 2, 5, 12, 15, 22, 25]); // prettier-ignore
});

test('a part that is missing leaves the whole missing, one that comes twice or has another shape is an error', () => {
  const specs = { 'qkv.weight': { shape: [3, 6], init: { kind: 'zeros' } } } as const;
  const two = new Map([
    ['attn.q.weight', counted([2, 3])],
    ['attn.v.weight', counted([2, 3])],
  ]);
  expect(convertNames(two, { rules }, specs).missing).toEqual(['qkv.weight']);
  expect(() => convertNames(new Map([...two, ['attn.k.weight', counted([3, 3])]]), { rules })).toThrow(CheckpointError);
  const twice = { rules: [...rules, { from: /^other$/, to: 'qkv.weight', layout: 'linear', part: [0, 3] } as const] };
  expect(() => convertNames(new Map([...two, ['other', counted([2, 3])]]), twice)).toThrow(
    "'attn.q.weight' and 'other' both become 'qkv.weight (part 1 of 3)'",
  );
});

test('converting back undoes converting, for any sizes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), (outputs, inputs) => {
      const names = ['attn.q.weight', 'attn.k.weight', 'attn.v.weight'];
      const foreign = new Map(names.map((name, i) => [name, counted([outputs, inputs], 100 * i)]));
      const { tensors } = convertNames(foreign, { rules });
      const back = convertBack(tensors, { rules }, names);
      expect(back.missing).toEqual([]);
      expect(back.unexpected).toEqual([]);
      expect(back.tensors).toEqual(foreign);
    }),
  );
});

test('a tensor that has no such parts is refused', () => {
  const ours = new Map([['qkv.weight', counted([2, 4])]]);
  expect(() => convertBack(ours, { rules }, ['attn.q.weight'])).toThrow("'qkv.weight' has the shape [2, 4]");
});
