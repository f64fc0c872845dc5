import { modelOf, networkOf } from '../../src/api/resolve.js';
import { countParameters, testPresets } from './suite.js';

const { plugin: vision, names, isFinetuning, load } = await testPresets('@d2v/vision', /-finetune$/);

test('there is a preset for every published recipe, and small ones', () => {
  expect(names).toEqual([
    'digits',
    'fashion',
    'v1-base-finetune',
    'v1-base',
    'v1-large-finetune',
    'v1-large',
    'v2-base-finetune',
    'v2-base',
    'v2-huge-14',
    'v2-huge-finetune',
    'v2-huge',
    'v2-large-finetune',
    'v2-large',
    'v2-small',
  ]);
});

// data2vec2.md §7.1, §7.2, §4.2; data2vec1.md §3.1, §3.5.
test.each([
  ['v2-base', 768, 12, 2, 10, 16, [0.8, 0.07, 3], [0.9998, 0.99999, 100_000], 10, [768, 6, 3], 256, 375_300, 1e-3],
  ['v2-large', 1024, 16, 0, 24, 16, [0.75, 0.1, 3], [0.9998, 0.99999, 150_000], 18, [1024, 3, 5], 128, 375_300, 4e-4],
  ['v2-huge', 1280, 16, 0, 32, 16, [0.75, 0.1, 3], [0.9998, 0.99995, 150_000], 24, [1024, 3, 5], 128, 375_300, 4e-4],
  ['v2-huge-14', 1280, 16, 0, 32, 14, [0.75, 0.1, 3], [0.9998, 1, 300_000], 24, [1024, 3, 5], 256, 500_000, 4e-4],
])(
  '%s has the numbers of the published configuration',
  async (name, dim, heads, prenetDepth, depth, patchSize, mask, decay, topK, decoder, batchSize, updates, rate) => {
    const [ratio, adjust, length] = mask;
    const [start, end, steps] = decay;
    const [width, layers, kernel] = decoder;
    expect(await load(name)).toMatchObject({
      encoder: {
        imageSize: 224,
        patchSize,
        positions: 'sinCos',
        extraTokens: 1,
        extraTokenStd: 1,
        contextNorm: true,
        mask: { strategy: 'inverseBlock', ratio, adjust, length },
      },
      backbone: {
        dim,
        heads,
        prenetDepth,
        depth,
        mlpRatio: 4,
        norm: 'post',
        normEpsilon: 1e-6,
        finalNorm: false,
        qkvBias: 'full',
        initialisation: 'bert',
        dropPath: 0,
        layerDrop: 0,
      },
      objective: {
        name: 'data2vec2',
        masks: 16,
        maskNoise: 0.01,
        clsLoss: 0.01,
        loss: { beta: 0, scale: null },
        decoder: { width, layers, kernel, groups: 16, residual: true, projectionLayers: 1, inputDropout: 0 },
        targets: {
          topK,
          tensor: 'feedForward',
          layers: { instanceNorm: true, layerNorm: false },
          average: { layerNorm: true, instanceNorm: false },
        },
        teacher: { decay: { start, end, updates: steps }, share: [] },
      },
      optimizer: { learningRate: rate, betas: [0.9, 0.95], eps: 1e-8, weightDecay: 0.05, clipNorm: 4 },
      schedule: { name: 'cosine', warmup: 50_040, minimum: 0 },
      training: { updates, batchSize },
      data: {
        transform: { crop: { scale: [0.2, 1] }, flip: 'auto', jitter: { brightness: 0, contrast: 0, saturation: 0 } },
      },
    });
  },
);

test.each([
  ['v1-base', 768, 12, 12, 1e-4, 0.25, 0.05, 2e-3, '10 epochs', 2048],
  ['v1-large', 1024, 24, 16, 1e-5, 0.2, 0.15, 1e-3, '80 epochs', 4096],
])(
  '%s has the numbers of the published command',
  async (name, dim, depth, heads, layerScale, dropPath, attention, rate, warmup, batchSize) => {
    expect(await load(name)).toMatchObject({
      encoder: {
        positions: 'relative',
        contextNorm: false,
        initialisation: 'beit',
        mask: { strategy: 'blockwise', patches: 120, minPatches: 16, maxPatches: 196 },
      },
      backbone: {
        dim,
        depth,
        heads,
        norm: 'pre',
        normEpsilon: 1e-6,
        finalNorm: true,
        qkvBias: 'noKey',
        layerScale,
        dropPath,
        dropout: { attention, mlp: 0 },
        attentionBias: 'shared',
        initialisation: 'beit',
      },
      objective: {
        name: 'data2vec1',
        head: 1,
        loss: { beta: 2, scale: 1 / dim },
        targets: {
          topK: 6,
          tensor: 'block',
          layers: { layerNorm: true, instanceNorm: false },
          average: { layerNorm: true },
        },
        teacher: { decay: { start: 0.9998, end: 0.9998 }, share: [] },
      },
      optimizer: {
        learningRate: rate,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weightDecay: 0.05,
        clipNorm: 3,
        decay: 'matrices',
      },
      schedule: { name: 'cosine', warmup, minimum: 1e-5 },
      training: { epochs: 800, batchSize },
      data: { transform: { crop: { scale: [0.08, 1] }, jitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4 } } },
    });
  },
);

// data2vec1.md §3.6, data2vec2.md §8.1.
test.each([
  ['v1-base-finetune', 4e-3, 1e-6, 0, 0, ['beit', 0.65], 0.2, [0.8, 1], { epochs: 100, batchSize: 1024 }, '10 epochs'],
  [
    'v1-large-finetune',
    5e-3,
    1e-6,
    0.05,
    0,
    ['beit', 0.65],
    0.25,
    [0.8, 1],
    { epochs: 50, batchSize: 1024 },
    '5 epochs',
  ],
  [
    'v2-base-finetune',
    1e-3,
    1e-6,
    0.05,
    0,
    ['data2vec2', 0.65],
    0.1,
    [0.7, 0.9],
    { updates: 250_200, batchSize: 512 },
    16_000,
  ],
  [
    'v2-large-finetune',
    5e-4,
    1e-7,
    0.05,
    4,
    ['data2vec2', 0.75],
    0.2,
    [0.7, 0.9],
    { updates: 125_200, batchSize: 512 },
    16_000,
  ],
  [
    'v2-huge-finetune',
    5e-4,
    1e-20,
    0.05,
    4,
    ['data2vec2', 0.75],
    0.2,
    [0.7, 0.9],
    { updates: 125_200, batchSize: 512 },
    16_000,
  ],
])(
  '%s has the published numbers',
  async (
    name,
    peak,
    minimum,
    weightDecay,
    clipNorm,
    [rule, rate],
    dropPath,
    [mixup, probability],
    training,
    warmup,
  ) => {
    expect(await load(name)).toMatchObject({
      backbone: { dropPath },
      task: {
        name: 'classification',
        normEpsilon: 1e-6,
        mix: { mixup, cutmix: 1, probability, switchProbability: 0.5, labelSmoothing: 0.1 },
      },
      optimizer: { learningRate: peak, weightDecay, clipNorm, layerDecay: { rule, rate }, eps: 1e-8 },
      schedule: { name: 'cosine', warmup, minimum },
      training,
      data: {
        transform: {
          randAugment: { magnitude: 9, std: 0.5 },
          erase: { probability: 0.25 },
          evaluation: { resize: 256 },
        },
      },
    });
  },
);

test.each(names.filter(isFinetuning))('%s fits the weights that its pre-training leaves', async (name) => {
  const tuned = networkOf(vision, await load(name)).parameters;
  const trained = modelOf(vision, await load(name.replace('-finetune', ''))).network.parameters;
  for (const [parameter, { shape }] of Object.entries(tuned)) {
    const source = parameter.replace(/^blocks\.\d+\.attn\.relative_bias$/, 'encoder.relative_bias');
    expect([parameter, trained[source]?.shape]).toEqual([parameter, shape]);
  }
});

// data2vec2.md §6; checkpoints.md §2.2.
test('v2-base has 85,647,360 parameters without its decoder, v1-base-finetune 86,530,984 with 1000 classes', async () => {
  expect(countParameters(modelOf(vision, await load('v2-base')).network.parameters)).toBe(85_647_360);
  const head = 2 * 768 + 768 * 1000 + 1000;
  expect(countParameters(networkOf(vision, await load('v1-base-finetune')).parameters) + head).toBe(86_530_984);
});
