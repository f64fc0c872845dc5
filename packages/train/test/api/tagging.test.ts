import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, RandomStream } from '@d2v/core';
import speech, { arrayDataset } from '@d2v/speech';
import { embed, evaluate, finetune } from '../../src/index.js';
import { temporaryFolder } from './squares.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const classes = ['low', 'high'];

/** Noise of a quarter of a second with a low tone, a high one, both or none. */
function sounds(count: number, seed: string) {
  const labels = Array.from({ length: count }, (_, i) => classes.flatMap((_, c) => ((i >> c) % 2 === 1 ? [c] : [])));
  const waveforms = labels.map((own, i) => {
    const stream = new RandomStream([seed, i]);
    const tones = own.map((label) => ({ pitch: [0.05, 0.6][label]!, phase: stream.uniform(0, 7) }));
    return Float32Array.from({ length: 4000 }, (_, t) =>
      tones.reduce((sum, { pitch, phase }) => sum + Math.sin(pitch * t + phase), 0.5 * stream.normal()),
    );
  });
  return arrayDataset({ waveforms, labels, classes, name: seed });
}

const data = { train: sounds(32, 'train'), validation: sounds(16, 'held out') };
const config = {
  version: 1,
  modality: '@d2v/speech',
  backend: 'wasm',
  encoder: { extractor: { layers: [[8, 20, 10], [16, 8, 8]] }, positions: { layers: 1, kernel: 3, groups: 4 } }, // prettier-ignore
  backbone: { dim: 16, depth: 1, heads: 2 },
  task: { name: 'tagging', mixup: { probability: 0.5 } },
  data: { workers: 0 },
  optimizer: { learningRate: 5e-3 },
  training: { updates: 60, batchSize: 8, log: { tensorboard: false }, checkpoint: { metric: 'map', better: 'higher' } },
};

test('tagging learns which of two sounds are heard, and is evaluated by mean average precision', async () => {
  const out = join(folder, 'tags');
  const { finished, metrics } = await finetune({ plugin: speech, config, data, out });
  expect(finished).toBe(true);
  expect(metrics.map).toBeGreaterThan(90); // each is in half of the recordings
  const report = await evaluate({ run: out, plugin: speech, data: data.validation });
  expect(report).toMatchObject({ classes, samples: 16 });
  expect(report.metrics.map).toBeCloseTo(metrics.map!, 5);
  expect(report.confusion).toBeUndefined();
  const features = await embed({ run: out, plugin: speech, data: data.validation });
  expect([features.size, features.labels, features.classes]).toEqual([16, undefined, classes]);
});

test('validation data with other classes are refused before the training begins', async () => {
  const other = arrayDataset({ waveforms: [new Float32Array(4000)], labels: [[0]], classes: ['high', 'low'] });
  const run = finetune({ plugin: speech, config, data: { ...data, validation: other }, out: join(folder, 'other') });
  await expect(run).rejects.toBeInstanceOf(ConfigError);
  await expect(run).rejects.toThrow("data.validation: class 0 is 'high', but 'low' in the run");
});

test('a run goes on with the classes that it began with', async () => {
  const renamed = arrayDataset({ waveforms: [new Float32Array(4000)], labels: [[0]], classes: ['low', 'middle'] });
  const run = finetune({
    plugin: speech,
    config,
    data: { train: renamed, validation: renamed },
    out: join(folder, 'tags'),
  });
  await expect(run).rejects.toMatchObject({
    message: expect.stringContaining("data.train: class 1 is 'middle', but 'high' in the run"),
    hint: expect.stringContaining('restore the training data'),
  });
});
