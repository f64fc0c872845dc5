import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { disposeBatch, type Encoder, type Objective } from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import { speech, type SpeechSample } from '@d2v/speech';
import { SOURCES } from '../../../../tools/jest/sources.js';
import { wav } from '../../../../tools/jest/wav.js';
import { trainingBatches } from '../../src/data/batches.js';
import { createOrder } from '../../src/data/create-order.js';
import { openSource } from '../../src/data/source.js';
import { temporaryFolder } from '../api/squares.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => loadBackend('wasm'));

/** A recording of so many samples. */
const recording = (samples: number): Uint8Array =>
  wav(Float32Array.from({ length: samples }, (_, i) => 0.25 * Math.sin(i * i)));

const lengths = [500, 4000, 900, 8000, 520, 6000, 930, 7000];
const bad: Readonly<Record<string, Uint8Array>> = {
  'empty.wav': new Uint8Array(),
  'html.wav': Buffer.from('<!DOCTYPE html>'),
  'torn.wav': recording(3000).subarray(0, 2000),
  'short.wav': recording(399),
};

beforeAll(() => {
  for (const name of ['good', 'mixed']) {
    mkdirSync(join(folder, name));
    lengths.forEach((samples, i) => writeFileSync(join(folder, name, `${i}.wav`), recording(samples)));
  }
  for (const [name, content] of Object.entries(bad)) writeFileSync(join(folder, 'mixed', name), content);
});

const open = (name: string) =>
  openSource(speech, {
    dataset: { reader: 'folder', ...speech.datasets.folder!.schema.parse({ path: join(folder, name) }) },
    transform: speech.transformSchema.parse({ maxSeconds: 5000 / 16_000 }),
    encoder: speech.configSchema.parse({}),
    mode: 'pretrain',
  });

/** Keeps the samples that it is given. */
function collector() {
  const batches: (readonly SpeechSample[])[] = [];
  const encoder = {
    collate: (samples: readonly SpeechSample[]) => {
      batches.push(samples);
      return { inputs: {}, tokens: 1, size: samples.length };
    },
  } as Pick<Encoder, 'collate'> as Encoder;
  const objective = { prepare: (batch) => ({ batch, drawn: {} }) } as Pick<Objective, 'prepare'> as Objective;
  return { batches, encoder, objective };
}

const budget = { batchSize: 3, batchTokens: 10_000, seed: 1 };

test('lengths are what cropping leaves, and batches keep within their budget', async () => {
  const source = await open('good');
  expect(await Promise.all(lengths.map((_, index) => source.length!(index)))).toEqual(
    lengths.map((length) => Math.min(length, 5000)),
  );
  const order = await createOrder(source, { ...budget, onBadSample: 'stop' });
  const { batches, ...parts } = collector();
  const options = { source, order, ...parts, seed: 1, accumulate: 1, prefetch: 2, onBadSample: 'stop' } as const;
  for await (const batch of trainingBatches(options, 1, order.perEpoch)) batch.parts.forEach(disposeBatch);
  expect(
    batches
      .flat()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(lengths.map((_, i) => join(folder, 'good', `${i}.wav`)));
  for (const samples of batches) {
    const longest = Math.max(...samples.map(({ waveform }) => waveform.length));
    expect(longest * samples.length).toBeLessThanOrEqual(budget.batchTokens);
  }
});

test('bad recordings are skipped and told by name, or stop the run', async () => {
  const source = await open('mixed');
  await expect(createOrder(source, { ...budget, onBadSample: 'stop' })).rejects.toThrow(
    `${join(folder, 'mixed', 'empty.wav')}: the file is empty`,
  );
  const order = await createOrder(source, { ...budget, onBadSample: 'skip' });
  const { batches, ...parts } = collector();
  const options = { source, order, ...parts, seed: 1, accumulate: 1, prefetch: 2, onBadSample: 'skip' } as const;
  const skipped = new Set<string>();
  for await (const batch of trainingBatches(options, 1, order.perEpoch)) {
    batch.parts.forEach(disposeBatch);
    batch.skipped.forEach(({ sample }) => skipped.add(sample));
  }
  expect([...skipped].sort()).toEqual(
    Object.keys(bad)
      .map((name) => join(folder, 'mixed', name))
      .sort(),
  );
  expect(batches.flat()).toHaveLength(lengths.length + Object.keys(bad).length);
});

interface Loaded {
  readonly names: string[];
  readonly annotations: (string | null)[];
  readonly samples: (string | { sample: string; message: string })[];
}

/** What this process and worker threads load. */
async function loaded(path: string, reader: string): Promise<{ local: Loaded; threads: Loaded }> {
  const script = fileURLToPath(new URL('workers.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...SOURCES,
    script,
    path,
    '@d2v/speech',
    '{}',
    reader,
  ]);
  return JSON.parse(stdout) as { local: Loaded; threads: Loaded };
}

test('transcripts are known without decoding, in this process and with worker threads', async () => {
  writeFileSync(join(folder, 'list.csv'), 'path,text\ngood/0.wav,one\ngood/1.wav,two\n');
  const { local, threads } = await loaded(join(folder, 'list.csv'), 'table');
  expect(threads).toEqual(local);
  expect(local.annotations).toEqual(['one', 'two']);
});

test('worker threads decode what this process decodes, and say what is wrong in the same words', async () => {
  const { local, threads } = await loaded(join(folder, 'mixed'), 'folder');
  expect(threads).toEqual(local);
  const errors = threads.samples.filter((sample) => typeof sample === 'object');
  expect(errors.map(({ sample }) => sample).sort()).toEqual(
    Object.keys(bad)
      .map((name) => join(folder, 'mixed', name))
      .sort(),
  );
  expect(new Set(threads.samples.filter((sample) => typeof sample === 'string')).size).toBe(lengths.length);
});
