import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '@d2v/core';
import speech, { arrayDataset } from '@d2v/speech';
import { evaluate, finetune, type RunEvent } from '../../src/index.js';
import { only } from '../trainer/tiny.js';
import { temporaryFolder } from './squares.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Noise of half a second each, with these transcripts. */
function recordings(transcripts: readonly string[], seed: string) {
  const waveforms = transcripts.map((_, i) => {
    const stream = new RandomStream([seed, i]);
    return Float32Array.from({ length: 8000 }, () => stream.normal());
  });
  return arrayDataset({ waveforms, transcripts, name: seed });
}

const data = {
  train: recordings(['ab', 'ba', 'a!', 'bb', '', 'aa'], 'train'),
  validation: recordings(['ab', 'a?', 'ba', 'ab'.repeat(200)], 'held out'),
};

const config = (onBadSample: 'skip' | 'stop') => ({
  version: 1,
  modality: '@d2v/speech',
  backend: 'wasm',
  encoder: { extractor: { layers: [[8, 10, 5], [8, 8, 8], [8, 8, 4]] }, positions: { layers: 1, kernel: 3, groups: 4 } }, // prettier-ignore
  backbone: { dim: 16, depth: 1, heads: 2 },
  task: { name: 'ctc', vocabulary: ['<pad>', '|', 'a', 'b'] },
  data: { workers: 0 },
  optimizer: { learningRate: 1e-3 },
  training: { updates: 6, batchSize: 3, onBadSample, log: { every: 1, tensorboard: false }, validate: { every: 2 } },
});

test('transcripts with unknown characters, empty or too long are left out by name, in training and in validation', async () => {
  const out = join(folder, 'skip');
  const events: RunEvent[] = [];
  const { finished, skipped, metrics } = await finetune({ plugin: speech, config: config('skip'), data, out, onEvent: (event) => events.push(event) }); // prettier-ignore
  expect(finished).toBe(true);
  expect(metrics.cer).toBeGreaterThan(0);
  const told = only(events, 'skipped').map(({ error }) => error.message);
  const named = [...new Set(told.map((message) => message.split('\n')[0]))].sort();
  expect(named).toEqual([
    expect.stringMatching(/^held out\[1\]: the transcript has '\?' \(U\+003F\), outside the vocabulary$/),
    expect.stringMatching(/^held out\[3\]: the transcript needs 401 frames at least/),
    expect.stringMatching(/^train\[2\]: the transcript has '!'/),
    expect.stringMatching(/^train\[4\]: the transcript is empty$/),
  ]);
  expect(told.filter((message) => message.startsWith('held out'))).toHaveLength(2);
  expect(skipped).toBe(told.length);
  expect(readFileSync(join(out, 'log.jsonl'), 'utf8')).toMatch(
    /"skipped":"held out\[1\]","problem":"the transcript has '\?'/,
  );
  for (const { batchSize } of only(events, 'update')) expect(batchSize).toBe(3);

  const report = await evaluate({ run: out, plugin: speech, data: data.validation });
  expect(report).toMatchObject({
    samples: 2,
    skipped: [expect.stringMatching(/^held out\[1\]/), expect.stringMatching(/^held out\[3\]/)],
  });
  expect(report.metrics.loss).toBeCloseTo(metrics.loss!, 5);
});

test('without it the first one ends the run with its name', async () => {
  const run = finetune({ plugin: speech, config: config('stop'), data, out: join(folder, 'stop') });
  await expect(run).rejects.toThrow(/train\[[24]\]: the transcript/);
});

test('validation data of bad samples alone are an error', async () => {
  const bad = { ...data, validation: recordings(['?', '!'], 'bad') };
  const run = finetune({ plugin: speech, config: config('skip'), data: bad, out: join(folder, 'none') });
  await expect(run).rejects.toThrow(/bad\[[01]\]: the transcript has/);
});
