import { taskOf } from '../../src/api/finetune.js';
import { networkOf } from '../../src/api/resolve.js';
import { learningRate } from '../../src/schedule/index.js';
import { Freezing } from '../../src/step/freeze.js';
import { testPresets } from './suite.js';

const {
  plugin: speech,
  names,
  isFinetuning,
  load,
} = await testPresets('@d2v/speech', /-ctc|-finetune$|-classification$/);

test('there is a preset for every published recipe, and small ones', () => {
  const amounts = ['100h', '10h', '10m', '1h', '960h'];
  expect(names).toEqual([
    'small-classification',
    'small-ctc',
    'v1-audioset-finetune',
    'v1-audioset',
    ...amounts.map((amount) => `v1-base-ctc-${amount}`),
    'v1-base',
    'v1-ctc',
    ...amounts.map((amount) => `v1-large-ctc-${amount}`),
    'v1-small',
    'v2-base',
    ...['100h-2-aws', '100h-2', '100h-3', '10h-2-aws', '10h-2', '10m-2', '10m-3'].map((name) => `v2-ctc-${name}`),
    ...['1h-2', '1h-3', '1h-4', '960h-2-aws', '960h-2'].map((name) => `v2-ctc-${name}`),
    'v2-ctc',
    'v2-large',
    'v2-small',
  ]);
});

// data2vec1.md §4.6: updates, learning rate, time and channel masks, layer drop, frozen updates, samples of an update.
test.each([
  ['v1-base-ctc-10m', 13e3, 5e-5, 0.65, 0.25, 0.1, 10_000, 25_600_000],
  ['v1-base-ctc-1h', 13e3, 5e-5, 0.65, 0.25, 0.1, 10_000, 25_600_000],
  ['v1-base-ctc-10h', 20e3, 5e-5, 0.65, 0.5, 0.05, 10_000, 25_600_000],
  ['v1-base-ctc-100h', 80e3, 3e-5, 0.65, 0.5, 0.1, 0, 25_600_000],
  ['v1-base-ctc-960h', 320e3, 1e-4, 0.5, 0.1, 0.1, 0, 25_600_000],
  ['v1-large-ctc-10m', 13e3, 1e-4, 0.65, 0.25, 0.1, 10_000, 25_600_000],
  ['v1-large-ctc-1h', 13e3, 3e-4, 0.75, 0.25, 0.1, 10_000, 25_600_000],
  ['v1-large-ctc-10h', 20e3, 1e-4, 0.75, 0.25, 0.1, 10_000, 25_600_000],
  ['v1-large-ctc-100h', 80e3, 3e-5, 0.5, 0.5, 0.1, 10_000, 25_600_000],
  ['v1-large-ctc-960h', 320e3, 3e-5, 0.5, 0.25, 0.1, 10_000, 30_720_000],
])('%s has the published numbers', async (name, updates, rate, time, channel, layerDrop, frozen, batchTokens) => {
  const config = await load(name);
  expect(config).toMatchObject({
    encoder: { extractor: { gradientScale: 0 }, timeMaskFill: 'token', alibi: { scale: 'off' } },
    backbone: { layerDrop, dropout: { activation: 0.1, context: 0, attention: 0, projection: 0, residual: 0 } },
    task: { name: 'ctc', mask: { time: { prob: time, length: 10 }, channel: { prob: channel, length: 64 } } },
    optimizer: { learningRate: rate, betas: [0.9, 0.98], eps: 1e-8, weightDecay: 0, clipNorm: 0 },
    schedule: { name: 'tri-stage', phases: ['10 %', '40 %', '50 %'], finalScale: 0.05 },
    training: { updates, batchTokens },
  });
  expect(config.training.freeze?.updates ?? 0).toBe(frozen);
});

// data2vec1.md §4.7.
test('v1-audioset-finetune has the published numbers', async () => {
  expect(await load('v1-audioset-finetune')).toMatchObject({
    encoder: { extractor: { gradientScale: 0 }, timeMaskFill: 'token', alibi: { scale: 'off' } },
    backbone: { layerDrop: 0.1, dropout: { activation: 0.1, attention: 0.2, context: 0.1, residual: 0.1 } },
    task: {
      name: 'tagging',
      mixup: { probability: 1, least: 0.5 },
      mask: { time: { prob: 0.6, length: 5 }, channel: { prob: 0 } },
    },
    optimizer: { learningRate: 6e-5, betas: [0.9, 0.98], eps: 1e-8, weightDecay: 0, clipNorm: 0 },
    schedule: { name: 'cosine', warmup: 5000 },
    training: { updates: 30_000, batchTokens: 8 * 2_560_000, checkpoint: { metric: 'map', better: 'higher' } },
  });
});

// data2vec2.md §8.2.
test.each([
  ['10m-2', 10e3, 2e-6, [0.4, 3], 0.25, 0.1, 100, 16_000_000],
  ['10m-3', 13e3, 2e-5, [0.65, 10], 0.25, 0.1, 10_000, 25_600_000],
  ['1h-2', 60e3, 1e-5, [0.65, 5], 0.25, 0.1, 100, 8_000_000],
  ['1h-3', 13e3, 6e-5, [0.3, 3], 0.25, 0.1, 10_000, 25_600_000],
  ['1h-4', 13e3, 6e-5, [0.65, 10], 0.25, 0.1, 10_000, 25_600_000],
  ['10h-2', 60e3, 2e-5, [0.5, 5], 0.1, 0.1, 100, 5_120_000],
  ['10h-2-aws', 60e3, 1e-5, [0.75, 5], 0.1, 0, 100, 5_120_000],
  ['100h-2', 100e3, 1e-5, [0.4, 5], 0.1, 0.1, 100, 10_240_000],
  ['100h-2-aws', 100e3, 1e-5, [0.4, 7], 0.1, 0, 100, 10_240_000],
  ['100h-3', 100e3, 1e-5, [0.4, 5], 0.1, 0.1, 100, 8_000_000],
  ['960h-2', 200e3, 1e-5, [0.4, 5], 0.1, 0.1, 100, 16_000_000],
  ['960h-2-aws', 200e3, 2e-5, [0.3, 5], 0.1, 0, 100, 20_480_000],
])(
  'v2-ctc-%s has the published numbers',
  async (name, updates, rate, [prob, length], channel, drop, frozen, tokens) => {
    expect(await load(`v2-ctc-${name}`)).toMatchObject({
      encoder: { extractor: { gradientScale: 0 }, timeMaskFill: name === '10m-2' ? 'zero' : 'noise' },
      backbone: { layerDrop: drop, prenetLayerDrop: drop, dropout: { activation: 0.1 } },
      task: { name: 'ctc', mask: { time: { prob, length, minSpans: 1 }, channel: { prob: channel, length: 64 } } },
      optimizer: { learningRate: rate, betas: [0.9, name === '10m-2' ? 0.95 : 0.98], weightDecay: 0 },
      training: { updates, batchTokens: tokens, freeze: { updates: frozen } },
    });
  },
);

test('a published decay that outlasts the training is followed up to its end', async () => {
  const { schedule, optimizer } = await load('v2-ctc-10h-2-aws');
  const own = learningRate(schedule, optimizer.learningRate, { total: 60_000 });
  const published = { name: 'tri-stage', phases: [8000, 0, 72_000], initialScale: 0.01, finalScale: 0.05 } as const;
  const whole = learningRate({ ...published, phases: [8000, 0, 72_000] }, 1e-5, { total: 80_000 });
  for (const update of [0, 4000, 8000, 30_000, 59_999]) expect(own(update) / whole(update)).toBeCloseTo(1, 3);
});

test.each(names.filter(isFinetuning))('%s trains more and more of its parameters', async (name) => {
  const config = await load(name);
  const network = networkOf(speech, config);
  const { parameters } = taskOf(speech, config, network, ['<pad>', 'a']);
  const head = Object.fromEntries(Object.entries(parameters).map(([own, spec]) => [`head.${own}`, spec]));
  const freezing = new Freezing({ ...network.parameters, ...head }, config.training.freeze);
  const last = freezing.trained(config.training.updates!).length;
  expect(last).toBeGreaterThanOrEqual(freezing.trained(1).length);
  expect(last).toBeGreaterThan(0);
});
