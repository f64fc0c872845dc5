import type { ParameterSpecs } from '@d2v/core';
import { layerDecayScales, optimizerSchema, parameterGroups } from '../../src/optimizer/index.js';

const init = { kind: 'zeros' } as const;
const specs: ParameterSpecs = {
  'encoder.local.proj.weight': { shape: [48, 8], init },
  'encoder.local.proj.bias': { shape: [8], init },
  'encoder.extra_tokens': { shape: [1, 1, 8], init, decay: false },
  'encoder.relative_bias': { shape: [732, 2], init },
  'encoder.blocks.0.mlp.fc1.weight': { shape: [8, 32], init },
  'encoder.blocks.1.mlp.fc1.weight': { shape: [8, 32], init },
  'blocks.0.norm1.weight': { shape: [8], init },
  'blocks.0.mlp.fc1.weight': { shape: [8, 32], init },
  'blocks.1.mlp.fc1.weight': { shape: [8, 32], init },
  'blocks.2.mlp.fc1.weight': { shape: [8, 32], init },
  'encoder.mask_token': { shape: [1, 1, 8], init },
  'decoder.proj.weight': { shape: [8, 8], init },
  'head.weight': { shape: [8, 10], init },
};
const config = (extra: object = {}) => optimizerSchema.parse({ learningRate: 1e-3, ...extra });

describe('weight decay', () => {
  test('by default spares rank < 2 and what its specification excepts', () => {
    const groups = parameterGroups(specs, config());
    expect(Object.keys(groups).filter((name) => !groups[name]!.decay)).toEqual([
      'encoder.local.proj.bias',
      'encoder.extra_tokens',
      'blocks.0.norm1.weight',
    ]);
  });

  test('a specification can ask for the decay of a vector', () => {
    expect(parameterGroups({ scale: { shape: [4], init, decay: true } }, config())['scale']!.decay).toBe(true);
  });

  test('a fixed table is in no group', () => {
    const fixed: ParameterSpecs = { 'encoder.positions': { shape: [1, 4, 8], init, trainable: false } };
    expect(parameterGroups({ ...specs, ...fixed }, config())).not.toHaveProperty(['encoder.positions']);
  });

  test("'all' decays everything", () => {
    const groups = parameterGroups(specs, config({ decay: 'all' }));
    expect(Object.values(groups).every(({ decay }) => decay)).toBe(true);
  });
});

describe('layer decay', () => {
  // 2 prenet blocks + 3 shared ones: L = 5.
  test('beit: rate^(L + 1 − id), embedding 0, block i is i + 1, everything else L + 1', () => {
    expect(layerDecayScales(Object.keys(specs), 'beit', 0.5)).toEqual({
      'encoder.local.proj.weight': 0.5 ** 6,
      'encoder.local.proj.bias': 0.5 ** 6,
      'encoder.extra_tokens': 0.5 ** 6,
      'encoder.relative_bias': 1,
      'encoder.blocks.0.mlp.fc1.weight': 0.5 ** 5,
      'encoder.blocks.1.mlp.fc1.weight': 0.5 ** 4,
      'blocks.0.norm1.weight': 0.5 ** 3,
      'blocks.0.mlp.fc1.weight': 0.5 ** 3,
      'blocks.1.mlp.fc1.weight': 0.5 ** 2,
      'blocks.2.mlp.fc1.weight': 0.5,
      'encoder.mask_token': 0.5 ** 6,
      'decoder.proj.weight': 1,
      'head.weight': 1,
    });
  });

  test('data2vec2: only blocks are scaled, rate^(n − (i + 1)) with n = blocks + 1', () => {
    const scales = layerDecayScales(Object.keys(specs), 'data2vec2', 0.65);
    const n = 6;
    ['encoder.blocks.0', 'encoder.blocks.1', 'blocks.0', 'blocks.1', 'blocks.2'].forEach((block, i) => {
      expect(scales[`${block}.mlp.fc1.weight`]).toBeCloseTo(0.65 ** (n - (i + 1)), 12);
    });
    const unscaled = Object.keys(specs).filter((name) => !name.includes('blocks.'));
    expect(unscaled.map((name) => scales[name])).toEqual(unscaled.map(() => 1));
  });

  test('reaches the groups and multiplies with the scales of decoder and head', () => {
    const groups = parameterGroups(
      specs,
      config({ layerDecay: { rule: 'beit', rate: 0.5 }, decoderScale: 2, headScale: 10 }),
    );
    expect(groups['blocks.2.mlp.fc1.weight']!.scale).toBe(0.5);
    expect(groups['decoder.proj.weight']!.scale).toBe(2);
    expect(groups['head.weight']!.scale).toBe(10);
  });

  test('without it every scale is 1', () => {
    expect(Object.values(parameterGroups(specs, config())).every(({ scale }) => scale === 1)).toBe(true);
  });
});
