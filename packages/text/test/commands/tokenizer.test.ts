import { readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { loadTokenizer, trainTokenizerFiles } from '../../src/node.js';
import { at, file, tokenizerFolder } from '../dataset/files.js';
import { runCommand } from './run.js';

const TEXT = 'the cat sat on the mat and the dog ran\n'.repeat(5000);

test('train writes the tokenizer that the files give, plain and gzipped, and shows how far it is', async () => {
  const files = [await file('a.txt', TEXT), await file('b.txt.gz', gzipSync('low lower lowest\n'.repeat(9)))];
  const out = at('trained');
  const { printed, noted, progress } = await runCommand('tokenizer', ['train', ...files], { out, vocabulary: '280' });
  expect((await readdir(out)).sort()).toEqual(['merges.txt', 'tokenizer.json', 'vocab.json']);
  const { definition } = await loadTokenizer(out);
  expect(definition.merges).toEqual((await trainTokenizerFiles(files, { vocabularySize: 280 })).definition.merges);
  expect(printed).toEqual([`280 tokens, ${definition.merges.length} merges in ${out}`]);
  expect(noted).toHaveLength(1);
  const counting = progress.filter(([, total]) => total !== 280);
  expect(counting.length).toBeGreaterThan(2);
  counting.reduce((before, [done, total]) => {
    expect(done).toBeGreaterThanOrEqual(before);
    expect(done).toBeLessThanOrEqual(total!);
    return done;
  }, 0);
  expect(counting.at(-1)![0]).toBe(counting.at(-1)![1]);
});

test('a text too small for the vocabulary is told', async () => {
  const path = await file('small.txt', 'ab ab ab\n');
  const { printed, noted } = await runCommand('tokenizer', ['train', path], { out: at('small'), minFrequency: '3' });
  expect(printed[0]).toMatch(/^26\d tokens/);
  expect(noted.at(-1)).toMatch('no more pairs that occur 3 times');
});

test('an interrupted training writes nothing', async () => {
  const stopped = AbortSignal.abort();
  await runCommand('tokenizer', ['train', await file('c.txt', TEXT)], { out: at('stopped') }, { signal: stopped });
  await expect(readdir(at('stopped'))).rejects.toThrow('ENOENT');
});

test('decode gives back what encode got, and tokens are shown', async () => {
  const tokenizer = await tokenizerFolder();
  const texts = ['the cat', '  naïve 猫 😀', ''];
  const { printed } = await runCommand('tokenizer', ['encode', ...texts], { tokenizer });
  expect((await runCommand('tokenizer', ['decode', ...printed], { tokenizer })).printed).toEqual(texts);
  const tokens = await runCommand('tokenizer', ['encode', 'the dog'], { tokenizer, tokens: true });
  expect(tokens.printed[0]!.replaceAll(' ', '').replaceAll('Ġ', ' ')).toBe('the dog');
});

test.each([
  [['learn', 'x'], {}, "no action 'learn'"],
  [['train'], { out: 'x' }, 'no inputs'],
  [['train', 'x'], {}, 'no --out'],
  [['train', 'x'], { out: 'y', vocabulary: 'many' }, "--vocabulary is 'many'"],
  [['encode', 'x'], {}, 'no --tokenizer'],
])('%j %j is refused', async (args, options, problem) => {
  await expect(runCommand('tokenizer', args, options)).rejects.toThrow(problem);
});

test('ids beyond the vocabulary are named', async () => {
  const tokenizer = await tokenizerFolder();
  await expect(runCommand('tokenizer', ['decode', '5 99999'], { tokenizer })).rejects.toThrow("'99999' is no id");
});
