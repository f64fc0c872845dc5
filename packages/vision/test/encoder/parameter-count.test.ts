import { createModel, createNetwork, parseModelConfig, trainableNames, type ParameterSpecs } from '@d2v/core';
import plugin from '../../src/index.js';

/** Elements of the parameters that learn, or of the fixed ones. */
function count(specs: ParameterSpecs, which: 'trainable' | 'fixed' = 'trainable'): number {
  const trainable = new Set(trainableNames(specs));
  return Object.entries(specs)
    .filter(([name]) => trainable.has(name) === (which === 'trainable'))
    .reduce((sum, [, { shape }]) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

const part = (specs: ParameterSpecs, pattern: RegExp): ParameterSpecs =>
  Object.fromEntries(Object.entries(specs).filter(([name]) => pattern.test(name)));

const v1 = {
  encoder: { positions: 'relative', contextNorm: false, initialisation: 'beit', mask: { strategy: 'blockwise' } },
  backbone: { norm: 'pre', finalNorm: true, qkvBias: 'noKey', layerScale: 1e-4, initialisation: 'beit' },
  objective: { name: 'data2vec1', targets: { topK: 6, tensor: 'block' } },
};

// data2vec2.md §6.
test('data2vec 2, ViT-B: 85,647,360 parameters without the decoder, and 150,528 fixed positions', () => {
  const { network } = createModel(
    plugin,
    parseModelConfig(plugin, { backbone: { prenetDepth: 2, depth: 10 }, objective: { name: 'data2vec2' } }),
  );
  expect(count(network.parameters)).toBe(85_647_360);
  expect(count(network.parameters, 'fixed')).toBe(150_528);
});

// data2vec2.md §4.2, in millions.
test.each<[string, number, number, number, number, number]>([
  ['base', 768, 768, 6, 3, 2.59],
  ['large', 1024, 1024, 3, 5, 5.97],
  ['huge', 1280, 1024, 3, 5, 6.64],
])(
  'the decoder of data2vec 2 %s has the parameters of the reference',
  (_name, dim, width, layers, kernel, millions) => {
    const sections = {
      backbone: { dim, heads: 16 },
      objective: { name: 'data2vec2', decoder: { width, layers, kernel, groups: 16 } },
    };
    const { objective } = createModel(plugin, parseModelConfig(plugin, sections));
    expect(count(objective.parameters) / 1e6).toBeCloseTo(millions, 2);
  },
);

// checkpoints.md §2.2 counts Hugging Face's model: a shared bias table and a mask token, no head. Its pooling layer norm
// is absent, and so is the final norm, which it does not create when it pools by the mean; ours has it (2·768).
test('data2vec 1, ViT-B without head and final norm: the 85,664,592 parameters of Hugging Face', () => {
  const { network, parameters } = createModel(plugin, parseModelConfig(plugin, v1));
  const finalNorm = part(parameters, /^norm\./);
  const head = part(parameters, /^head\./);
  expect(count(finalNorm)).toBe(2 * 768);
  expect(count(head)).toBe(768 * 768 + 768);
  expect(count(parameters) - count(head) - count(finalNorm)).toBe(85_664_592);
  expect(count(network.parameters)).toBe(85_664_592 + 2 * 768 - 768); // the objective owns the mask token
});

// checkpoints.md §2.2: a bias table per block, a mask token is not there, 1000 classes behind a layer norm.
test('data2vec 1, ViT-B as a classifier: the 86,530,984 parameters of Hugging Face', () => {
  const config = parseModelConfig(plugin, {
    ...v1,
    backbone: { ...v1.backbone, finalNorm: false, attentionBias: 'perBlock' },
  });
  const network = createNetwork(plugin, config);
  const { classification } = plugin.tasks;
  const classes = Array.from({ length: 1000 }, (_, i) => `${i}`);
  const task = classification!.create(classification!.schema.parse({}), { dim: 768, classes });
  expect(count(network.parameters) + count(task.parameters)).toBe(86_530_984);
});
