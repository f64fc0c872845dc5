import { createModel, parseModelConfig, trainableNames, type Model } from '@d2v/core';
import { parse } from 'yaml';
import plugin from '../src/index.js';

const presets = await plugin.presets();
// Fine-tuning presets are parsed by the trainer's schema, in its own tests.
const names = Object.keys(presets).filter((name) => !/-ctc|-finetune$|-classification$/.test(name));
const read = (name: string): Record<string, Record<string, unknown>> =>
  parse(presets[name]!) as Record<string, Record<string, unknown>>;
const model = (name: string): Model => createModel(plugin, parseModelConfig(plugin, read(name)));

test('there is a preset for every published pre-training recipe, and small ones', () => {
  expect(names).toEqual(['v1-audioset', 'v1-base', 'v1-small', 'v2-base', 'v2-large', 'v2-small']);
});

describe.each(names)('%s', (name) => {
  test('opens with what it is, what to expect, where it comes from and what it takes', () => {
    const comment = presets[name]!.split('\n').filter((line) => line.startsWith('#'));
    for (const part of ['# data2vec ', '# Expect: ', '# Source: ', '# Hardware: ']) {
      expect(comment.some((line) => line.startsWith(part))).toBe(true);
    }
  });

  test('has a model that can be made, and a batch whose parts are even', () => {
    const { parameters } = model(name);
    expect(trainableNames(parameters).length).toBeGreaterThan(0);
    const { batchSize, accumulate = 1 } = read(name).training as { batchSize: number; accumulate?: number };
    expect(batchSize % accumulate).toBe(0);
  });
});

// data2vec1.md §4.5, data2vec2.md §7.1, §7.2.
test.each([
  ['v1-base', [768, 12, 0, 12], 8, [0.999, 0.9999, 30_000], [400_000, 5e-4, 0], 63.3],
  ['v1-audioset', [768, 12, 0, 12], 12, [0.999, 0.9999, 30_000], [200_000, 5e-4, 0], 85],
  ['v2-base', [768, 12, 0, 12], 8, [0.999, 0.99999, 75_000], [400_000, 7.5e-4, 0], 500 / 60],
  ['v2-large', [1024, 16, 8, 16], 16, [0.9997, 1, 300_000], [600_000, 4e-4, 1], 960 / 60],
])('%s has the numbers of the published configuration', (name, shape, topK, decay, training, minutes) => {
  const { config } = model(name);
  const { dim, heads, prenetDepth, depth } = config.backbone;
  expect([dim, heads, prenetDepth, depth]).toEqual(shape);
  expect(config.backbone.normEpsilon).toBe(1e-5);
  const { targets, teacher, collapse, loss } = config.objective;
  expect([targets.topK, targets.tensor, targets.layers.instanceNorm]).toEqual([topK, 'feedForward', true]);
  expect([teacher.decay.start, teacher.decay.end, teacher.decay.updates]).toEqual(decay);
  expect([collapse.minTargetVar, collapse.minPredVar]).toEqual([0.1, 0.01]);
  expect(loss).toMatchObject({ beta: 0, scale: null });
  const raw = read(name);
  expect([raw.training!.updates, raw.optimizer!.learningRate, raw.optimizer!.clipNorm ?? 0]).toEqual(training);
  // The reference rounds 1,000 s of 16 GPUs or so to tenths of a minute.
  expect(Math.abs((raw.training!.batchTokens as number) / 16_000 / 60 - minutes)).toBeLessThan(0.05);
});

test('the small ones are small', () => {
  for (const name of ['v1-small', 'v2-small']) {
    const { parameters } = model(name);
    const size = Object.values(parameters).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(size).toBeLessThan(4e6);
  }
});
