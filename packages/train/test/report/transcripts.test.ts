import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '@d2v/core';
import speech, { arrayDataset } from '@d2v/speech';
import { finetune, report } from '../../src/index.js';
import { temporaryFolder } from '../api/squares.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const recordings = (transcripts: readonly string[], name: string) => {
  const waveforms = transcripts.map((_, i) => {
    const stream = new RandomStream([name, i]);
    return Float32Array.from({ length: 6000 }, () => stream.normal());
  });
  return arrayDataset({ waveforms, transcripts, name });
};

test('the report of a recogniser shows waveforms, transcripts with their edits and confusions, and names what is bad', async () => {
  const out = join(folder, 'run');
  const data = {
    train: recordings(['ab', 'ba', 'bb'], 'train'),
    validation: recordings(['ab', 'ba', 'a?'], 'held out'),
  };
  const config = {
    version: 1,
    modality: '@d2v/speech',
    backend: 'wasm',
    encoder: { extractor: { layers: [[8, 10, 5], [8, 8, 8], [8, 8, 4]] }, positions: { layers: 1, kernel: 3, groups: 4 } }, // prettier-ignore
    backbone: { dim: 16, depth: 1, heads: 2 },
    task: { name: 'ctc', vocabulary: ['<pad>', '|', 'a', 'b'] },
    data: { workers: 0 },
    optimizer: { learningRate: 1e-3 },
    training: { updates: 2, batchSize: 3, onBadSample: 'skip', log: { tensorboard: false } },
  };
  await finetune({ plugin: speech, config, data, out });
  const html = readFileSync(await report({ run: out, data }), 'utf8');
  expect(html).toContain('<a href="#details-1">Transcripts</a>');
  expect(html).toMatch(
    /<section id="details-1" class="details">\s*<h2>Transcripts<\/h2>\s*<p class="lead">Of 2 held-out samples/,
  );
  expect(html.match(/<div class="edits">/g)).toHaveLength(2);
  expect(html).toContain('<h2>Confusion of characters</h2>');
  expect(html).toMatch(
    /<svg [^>]*aria-label="train\[\d\], masked, 0\.38 s"|<svg [^>]*aria-label="held out\[\d\], masked, 0\.38 s"/,
  );
  expect(html).toContain('held out[2]');
});
