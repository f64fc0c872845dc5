import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '@d2v/core';
import speech, { ctcModel } from '@d2v/speech';
import { wav } from '../../../../tools/jest/wav.js';
import { commandTools } from '../../src/cli/plugins/tools.js';
import { evaluate, finetune, inspectConfig, type RunEvent } from '../../src/index.js';
import { d2v } from '../cli/d2v.js';
import { only } from '../trainer/tiny.js';
import { temporaryFolder } from './squares.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A manifest of half a second of noise for each transcript. */
function manifest(name: string, transcripts: readonly string[]) {
  const lines = transcripts.map((text, i) => {
    const path = `${name}-${i}.wav`;
    writeFileSync(join(folder, path), noise(i));
    return `${JSON.stringify({ path, text })}\n`;
  });
  writeFileSync(join(folder, `${name}.jsonl`), lines.join(''));
  return { reader: 'table', path: join(folder, `${name}.jsonl`) };
}

function noise(seed: number): Uint8Array {
  const stream = new RandomStream(['noise', seed]);
  return wav(Float32Array.from({ length: 8000 }, () => stream.uniform(-0.5, 0.5)));
}

const config = (data: object, task: object = {}) => ({
  version: 1,
  modality: '@d2v/speech',
  backend: 'wasm',
  encoder: { extractor: { layers: [[8, 10, 5], [8, 8, 8], [8, 8, 4]] }, positions: { layers: 1, kernel: 3, groups: 4 } }, // prettier-ignore
  backbone: { dim: 16, depth: 1, heads: 2 },
  task: { name: 'ctc', ...task },
  data: { workers: 0, ...data },
  optimizer: { learningRate: 1e-3 },
  training: { updates: 4, batchSize: 2, log: { tensorboard: false }, validate: { every: 4 } },
});

const data = {
  train: manifest('train', ['за ба', 'ба', 'аз', 'а']),
  validation: manifest('held-out', ['ба', 'за']),
};
const tokens = ['<pad>', '<s>', '</s>', '<unk>', '|', 'а', 'б', 'з'];

test('a vocabulary is built from the transcripts of the training data, kept with the run and used from there', async () => {
  const out = join(folder, 'built');
  const abort = new AbortController();
  const onEvent = ({ type }: RunEvent): void => (type === 'update' ? abort.abort() : undefined);
  const first = await finetune({ plugin: speech, config: config(data), out, signal: abort.signal, onEvent });
  expect([first.finished, first.update]).toEqual([false, 1]);
  const resumed = await finetune({ plugin: speech, config: config(data), out });
  expect([resumed.finished, resumed.update]).toEqual([true, 4]);
  expect(JSON.parse(readFileSync(join(out, 'classes.json'), 'utf8'))).toEqual(tokens);

  // The held-out transcripts have other characters: they are no other vocabulary.
  const { metrics, classes } = await evaluate({ run: out, plugin: speech });
  expect(metrics.cer).toBeGreaterThan(0);
  expect(classes).toEqual(tokens);

  const listing = join(folder, 'edits.txt');
  const printed = await d2v('evaluate', out, '--listing', listing);
  expect(printed).toMatchObject({ code: 0, out: expect.stringMatching(/^cer .*\d/m) });
  expect(readFileSync(listing, 'utf8')).toMatch(
    /^held-out-0\.wav.*\nREF .*ба.*\nHYP .*\n.*\n\nheld-out-1\.wav.*\nREF .*за.*\nHYP /,
  );

  const tools = commandTools('files');
  const model = await tools.loadModel(out);
  expect(ctcModel(model).vocabulary.tokens).toEqual(tokens);
  model.dispose();
  tools.close();
});

test('inspecting a configuration counts the outputs of its head', async () => {
  const { parameters } = await inspectConfig({ plugin: speech, config: config(data) });
  expect(parameters.objective).toBe((16 + 1) * tokens.length);
  const english = await inspectConfig({ plugin: speech, config: config(data, { vocabulary: 'english' }) });
  expect(english.parameters.objective).toBe((16 + 1) * 32);
});

test('a vocabulary in a file is kept with the run, which needs the file no more', async () => {
  const [out, file] = [join(folder, 'read'), join(folder, 'dict.ltr.txt')];
  writeFileSync(file, '| 9\nа 5\nз 3\nб 2\nw 1\n');
  await finetune({ plugin: speech, config: config(data, { vocabulary: { file } }), out });
  rmSync(file);
  const { classes } = await evaluate({ run: out, plugin: speech });
  expect(classes).toEqual(['<pad>', '<s>', '</s>', '<unk>', '|', 'а', 'з', 'б', 'w']);
});

test('transcripts that are empty or hold characters that training has not are named', async () => {
  const train = manifest('gaps', ['ба', '', 'аз', 'а']);
  const validation = manifest('foreign', ['ба', 'za']);
  const skipping = config({ train, validation });
  const events: RunEvent[] = [];
  await finetune({
    plugin: speech,
    config: { ...skipping, training: { ...skipping.training, onBadSample: 'skip' } },
    out: join(folder, 'skipping'),
    onEvent: (event) => events.push(event),
  });
  const told = only(events, 'skipped').map(({ error }) => error.message.split('\n')[0]);
  expect([...new Set(told)].sort()).toEqual([
    "foreign-1.wav (foreign.jsonl:2): the transcript has 'z' (U+007A), 'a' (U+0061), outside the vocabulary",
    'gaps-1.wav (gaps.jsonl:2): the transcript is empty',
  ]);
  const stopping = finetune({ plugin: speech, config: config({ train }), out: join(folder, 'stopping') });
  await expect(stopping).rejects.toThrow('gaps-1.wav (gaps.jsonl:2): the transcript is empty');
});

test('recordings without transcripts, or with the word boundary in one, are refused before the training begins', async () => {
  const bars = manifest('bars', ['a b', 'a|b']);
  const run = (train: object) => finetune({ plugin: speech, config: config({ train }), out: join(folder, 'refused') });
  await expect(run(bars)).rejects.toThrow("bars-1.wav (bars.jsonl:2): the transcript 'a|b' holds '|'");
  const untold = { reader: 'wav2vec', path: join(folder, 'untold.tsv') };
  writeFileSync(untold.path, `${folder}\ntrain-0.wav\t8000\n`);
  await expect(run(untold)).rejects.toThrow('ctc needs a vocabulary: the training data have no transcripts');
});
