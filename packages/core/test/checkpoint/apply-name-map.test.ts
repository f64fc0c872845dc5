import fc from 'fast-check';
import {
  CheckpointError,
  convertBack,
  convertNames,
  fromPyTorch,
  requireComplete,
  Safetensors,
  toPyTorch,
  type HostTensor,
  type Layout,
  type NameMap,
  type ParameterSpecs,
} from '@d2v/core';
import { fixture } from './fixtures.js';

const counted = (shape: number[]): HostTensor => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
  shape,
});

/** The element of a tensor at an index. */
const at = ({ data, shape }: HostTensor, ...index: number[]): number =>
  data[index.reduce((offset, i, axis) => offset * shape[axis]! + i, 0)]!;

describe('fromPyTorch', () => {
  it('turns a linear weight (out, in) into (in, out)', () => {
    const ours = fromPyTorch('linear', { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] }, 'w');
    expect(ours).toEqual({ data: Float32Array.of(1, 4, 2, 5, 3, 6), shape: [3, 2] });
  });

  it('turns conv weights (O, I, k…) into (k…, I, O)', () => {
    const [one, two] = [counted([2, 3, 4]), counted([2, 3, 4, 5])];
    const [ours1, ours2] = [fromPyTorch('conv1d', one, 'w'), fromPyTorch('conv2d', two, 'w')];
    expect([ours1.shape, ours2.shape]).toEqual([
      [4, 3, 2],
      [4, 5, 3, 2],
    ]);
    for (let o = 0; o < 2; o++) {
      for (let i = 0; i < 3; i++) {
        for (let y = 0; y < 4; y++) {
          expect(at(ours1, y, i, o)).toBe(at(one, o, i, y));
          for (let x = 0; x < 5; x++) expect(at(ours2, y, x, i, o)).toBe(at(two, o, i, y, x));
        }
      }
    }
  });

  it('is undone by toPyTorch, for any shape and element type', () => {
    const rank = { same: 3, linear: 2, conv1d: 3, conv2d: 4, token: 1 } as const;
    const cases = fc.constantFrom<Layout>('same', 'linear', 'conv1d', 'conv2d', 'token').chain((layout) =>
      fc.record({
        layout: fc.constant(layout),
        shape: fc.array(fc.nat(5), { minLength: rank[layout], maxLength: rank[layout] }),
        make: fc.constantFrom(
          (d: Float32Array) => d,
          Int32Array.from.bind(Int32Array),
          Uint8Array.from.bind(Uint8Array),
        ),
      }),
    );
    fc.assert(
      fc.property(cases, ({ layout, shape, make }) => {
        const tensor = { data: make(counted(shape).data as Float32Array), shape } as HostTensor;
        expect(toPyTorch(layout, fromPyTorch(layout, tensor, 't'), 't')).toEqual(tensor);
      }),
    );
  });

  it('refuses another number of axes and names the tensor', () => {
    expect(() => fromPyTorch('linear', counted([3]), 'fc.bias')).toThrow(CheckpointError);
    expect(() => fromPyTorch('linear', counted([3]), 'fc.bias')).toThrow(
      "'fc.bias' has the shape [3], the layout linear",
    );
  });
});

/** Enough of the names of data2vec 2 for images to convert a fixture. */
const rules: NameMap['rules'] = [
  { from: /_ema\..*/, to: null },
  { from: /.*\.positions/, to: null },
  { from: /modality_encoders\.IMAGE\.local_encoder\.proj\.weight/, to: 'encoder.local.patch.weight', layout: 'conv2d' },
  { from: /modality_encoders\.IMAGE\.context_encoder\.norm\.(weight|bias)/, to: 'backbone.norm.$1' },
  {
    from: /modality_encoders\.IMAGE\.decoder\.blocks\.(\d+)\.0\.weight/,
    to: 'decoder.blocks.$1.conv.weight',
    layout: 'conv2d',
  },
  { from: /modality_encoders\.IMAGE\.decoder\.proj\.weight/, to: 'decoder.proj.weight', layout: 'linear' },
  { from: /modality_encoders\.IMAGE\.(.*)/, to: 'encoder.$1' },
  { from: /blocks\.(\d+)\.(.*(?:qkv|proj|fc1|fc2)\.weight)/, to: 'backbone.blocks.$1.$2', layout: 'linear' },
  { from: /blocks\.(\d+)\.(.*)/, to: 'backbone.blocks.$1.$2' },
];

describe('convertNames and convertBack', () => {
  const weights = new Map(new Safetensors(fixture('vision2-cls/weights.safetensors'), 'weights'));
  const expected = new Map(new Safetensors(fixture('vision2-cls/expected.safetensors'), 'expected'));
  const ours = convertNames(weights, { rules });

  it('knows every tensor of a fixture', () => {
    expect(ours.unexpected).toEqual([]);
    expect(ours.tensors.size + ours.ignored.length).toBe(weights.size);
    expect(ours.ignored.every((name) => name.startsWith('_ema.') || name.endsWith('.positions'))).toBe(true);
  });

  it('moves the axes of the rule', () => {
    const theirs = weights.get('blocks.0.mlp.fc1.weight')!;
    const [out, into] = theirs.shape as [number, number];
    const weight = ours.tensors.get('backbone.blocks.0.mlp.fc1.weight')!;
    expect(weight.shape).toEqual([into, out]);
    expect(at(weight, 1, 2)).toBe(at(theirs, 2, 1));
    expect(ours.tensors.get('encoder.local.patch.weight')!.shape.slice(2)).toEqual(
      [...weights.get('modality_encoders.IMAGE.local_encoder.proj.weight')!.shape.slice(0, 2)].reverse(),
    );
  });

  it('goes back to the same tensors', () => {
    const back = convertBack(ours.tensors, { rules }, weights.keys());
    expect([back.missing, back.unexpected]).toEqual([[], []]);
    for (const [name, tensor] of back.tensors) expect([name, tensor]).toEqual([name, weights.get(name)]);
    expect(back.tensors.size).toBe(ours.tensors.size);
  });

  it('brings gradients under the names and shapes of a reference', () => {
    const names = [...expected.keys()].filter((name) => name.startsWith('grad.')).map((name) => name.slice(5));
    const { tensors, missing } = convertBack(ours.tensors, { rules }, names);
    expect(missing).toEqual([]);
    for (const name of names) expect(tensors.get(name)!.shape).toEqual(expected.get(`grad.${name}`)!.shape);
  });

  const linear = (name: string, shape: number[]): Map<string, HostTensor> => new Map([[name, counted(shape)]]);
  const fc1: NameMap['rules'] = [{ from: /(?:model\.)?fc(\d)\.weight/, to: 'linear.$1.weight', layout: 'linear' }];
  const spec = (shape: number[]): ParameterSpecs[string] => ({ shape, init: { kind: 'zeros' } });

  it('matches whole names only, the first rule that does', () => {
    const both: NameMap['rules'] = [
      { from: /a/, to: 'first' },
      { from: /a.*/, to: 'second' },
    ];
    expect([...convertNames(linear('a', [1]), { rules: both }).tensors.keys()]).toEqual(['first']);
    expect([...convertNames(linear('ab', [1]), { rules: both }).tensors.keys()]).toEqual(['second']);
    expect(convertNames(linear('xa', [1]), { rules: both }).unexpected).toHaveLength(1);
    const alternatives: NameMap['rules'] = [{ from: /a|b/g, to: 'one' }];
    expect(convertNames(linear('bc', [1]), { rules: alternatives }).unexpected).toHaveLength(1);
  });

  it('reports what is missing, unexpected and misshapen', () => {
    const foreign = new Map([
      ...linear('fc1.weight', [2, 3]),
      ...linear('fc2.weihgt', [2, 3]),
      ...linear('fc9.weight', [2, 3]),
    ]);
    const model = { 'linear.1.weight': spec([2, 3]), 'linear.2.weight': spec([3, 2]) };
    const report = convertNames(foreign, { rules: fc1 }, model);
    expect(report.missing).toEqual(['linear.2.weight']);
    expect(report.unexpected).toEqual([
      { name: 'fc2.weihgt', nearest: 'fc1.weight' },
      { name: 'fc9.weight', nearest: 'fc1.weight' },
    ]);
    expect(report.misshapen).toEqual([{ name: 'linear.1.weight', got: [3, 2], expected: [2, 3] }]);
  });

  it('reports our tensors that nothing asked for, and foreign names that we cannot fill', () => {
    const tensors = new Map([...linear('linear.1.weight', [3, 2]), ...linear('linear.5.weight', [3, 2])]);
    const report = convertBack(tensors, { rules: fc1 }, ['fc1.weight', 'fc2.weight', 'other']);
    expect(report.missing).toEqual(['fc2.weight']);
    expect(report.unexpected.map(({ name }) => name)).toEqual(['other', 'linear.5.weight']);
    expect([...report.tensors.keys()]).toEqual(['fc1.weight']);
  });

  it('refuses two tensors that become the same', () => {
    const twice = new Map([...linear('fc1.weight', [2, 3]), ...linear('model.fc1.weight', [2, 3])]);
    expect(() => convertNames(twice, { rules: fc1 })).toThrow(
      "'fc1.weight' and 'model.fc1.weight' both become 'linear.1.weight'",
    );
  });

  it('requireComplete lists every problem but the allowed ones', () => {
    const foreign = new Map([...linear('fc1.weight', [2, 3]), ...linear('head.weight', [1]), ...linear('what', [1])]);
    const model = { 'linear.1.weight': spec([2, 3]), 'linear.2.weight': spec([3, 2]), 'norm.bias': spec([1]) };
    const report = convertNames(foreign, { rules: fc1 }, model);
    const complete = (): unknown => requireComplete(report, 'model.safetensors', [/^head\./g, /^norm\./]);
    expect(complete).toThrow(CheckpointError);
    expect(complete).toThrow(/^model\.safetensors: 3 tensors do not fit/);
    expect(complete).toThrow("missing 'linear.2.weight'");
    expect(complete).toThrow("unexpected 'what'; the nearest known name is");
    expect(complete).toThrow("'linear.1.weight' has the shape [3, 2], the model needs [2, 3]");
    expect(complete).not.toThrow(/head|norm/);
  });

  it('requireComplete returns the tensors of a conversion that fits', () => {
    const report = convertNames(linear('fc1.weight', [2, 3]), { rules: fc1 }, { 'linear.1.weight': spec([3, 2]) });
    expect(requireComplete(report, 'm')).toBe(report.tensors);
  });
});
