import { modelOf } from '../../src/api/resolve.js';
import { countParameters, testPresets } from './suite.js';

const { plugin: text, names, load } = await testPresets('@d2v/text', /-finetune$|^glue-/);

test('there is a preset for every published recipe, and small ones', () => {
  const glue = ['cola', 'mnli', 'mrpc', 'qnli', 'qqp', 'rte', 'sst2', 'stsb'].map((task) => `glue-${task}`);
  const rest = ['small-finetune', 'small-v1', 'small', 'v1-base', 'v2-base-finetune', 'v2-base', 'v2-large'];
  expect(names).toEqual([...glue, ...rest]);
});

// data2vec2.md §6, §7; data2vec1.md §5.5.
test('v2-base has the 124,054,272 parameters of the reference', async () => {
  expect(countParameters(modelOf(text, await load('v2-base')).network.parameters)).toBe(124_054_272);
});

test.each([
  ['v2-base', 768, 12, 0.48, 2e-4, 1_000_000, { instanceNorm: true, layerNorm: false }, { instanceNorm: false }],
  ['v2-large', 1024, 24, 0.5, 1e-4, 600_000, { instanceNorm: false, layerNorm: true }, { instanceNorm: true }],
])('%s has the published numbers', async (name, dim, depth, ratio, learningRate, updates, layers, average) => {
  expect(await load(name)).toMatchObject({
    encoder: { vocabulary: 50_265, maxTokens: 512, dropout: 0.1, zeroPadding: false, mask: { ratio } },
    backbone: { dim, depth, heads: dim / 64, normEpsilon: 1e-5, dropout: { attention: 0.1, residual: 0.1, mlp: 0 } },
    objective: {
      masks: 8,
      loss: { beta: 0, scale: 1 },
      targets: { topK: depth, layers, average },
      decoder: { width: 768, layers: 5, kernel: 9, groups: 1, residual: false, projectionLayers: 2, inputDropout: 0.1 },
      teacher: { decay: { start: 0.9999, end: 0.99999, updates: 100_000 }, share: ['encoder'] },
    },
    optimizer: { learningRate, betas: [0.9, 0.98], eps: 1e-6, weightDecay: 0.01, clipNorm: 1 },
    schedule: { name: 'cosine', warmup: 4000, minimum: 0 },
    training: { updates, batchSize: 64 },
  });
});

test('v1-base has the published numbers', async () => {
  expect(await load('v1-base')).toMatchObject({
    encoder: { zeroPadding: true, mask: { strategy: 'bert', ratio: 0.35, length: 4, leave: 0, random: 0 } },
    objective: {
      head: 2,
      loss: { beta: 4, scale: 1 },
      targets: { topK: 10, layers: { layerNorm: true, instanceNorm: false }, average: { layerNorm: false } },
      teacher: { decay: { start: 0.999, end: 0.9999, updates: 300_000 }, share: ['encoder.local'] },
    },
    optimizer: { learningRate: 2e-4, weightDecay: 0.01, decay: 'all', clipNorm: 5 },
    schedule: { name: 'cosine', warmup: 10_000 },
    training: { updates: 1_000_000, batchSize: 256 },
  });
});

// data2vec1.md §5.6, data2vec2.md §8.3.
test.each([
  ['cola', 16, 5336, 320, 2e-5],
  ['mnli', 32, 123_873, 7432, 2e-5],
  ['mrpc', 16, 2296, 137, 2e-5],
  ['qnli', 32, 33_112, 1986, 2e-5],
  ['qqp', 32, 113_272, 28_318, 2e-5],
  ['rte', 16, 2036, 122, 2e-5],
  ['sst2', 32, 20_935, 1256, 2e-5],
  ['stsb', 16, 3598, 214, 4e-5],
])('glue-%s has the published numbers', async (task, batchSize, updates, warmup, learningRate) => {
  expect(await load(`glue-${task}`)).toMatchObject({
    task: { name: task === 'stsb' ? 'regression' : 'classification', pooling: 'first', dropout: 0 },
    data: { train: { reader: 'glue', task } },
    optimizer: { learningRate, betas: [0.9, 0.98], eps: 1e-6, weightDecay: 0.1, clipNorm: 0 },
    schedule: { name: 'polynomial', warmup, end: 0, power: 1 },
    training: { updates, batchSize },
  });
});
