import { Readable } from 'node:stream';
import { memory } from '@tensorflow/tfjs-core';
import { inputLines } from '../../src/node/commands/input.js';
import { loadTokenizer } from '../../src/node.js';
import { at, file, tokenizerFolder } from '../dataset/files.js';
import { useBackend } from '../encoder/backend.js';
import { model, runCommand } from './run.js';

let tokenizer: string;
let size: number;

beforeAll(async () => {
  await useBackend();
  tokenizer = await tokenizerFolder();
  ({ size } = await loadTokenizer(tokenizer));
});

const loading = (task: string, classes: string[], path: string | undefined = tokenizer) => ({
  loadModel: () => Promise.resolve(model(task, path, size, classes)),
});

const CLASSES = ['animal', 'furniture', 'other'];

test('classify: one line for every line, empty ones too, whatever the batches', async () => {
  const path = await file('texts.txt', 'the cat sat on the mat\n\nthe dog\tthe cat\nran\n');
  const tensors = memory().numTensors;
  const all = await runCommand('classify', [path], { model: 'x' }, loading('classification', CLASSES));
  expect(memory().numTensors).toBe(tensors);
  expect(all.printed).toHaveLength(4);
  expect(all.printed[1]).toBe('');
  for (const i of [0, 2, 3]) {
    const [label, probability] = all.printed[i]!.split('\t');
    expect(CLASSES).toContain(label);
    expect(Number(probability)).toBeGreaterThan(1 / 3 - 1e-4);
  }
  const one = await runCommand('classify', [path], { model: 'x', batchSize: '1' }, loading('classification', CLASSES));
  expect(one.printed).toEqual(all.printed);
  expect(one.progress.map(([done]) => done)).toEqual([1, 2, 3, 4]);
});

test('classify --json: probabilities of all classes, which add up to 1', async () => {
  const path = await file('pairs.tsv', 'the dog\tthe cat\n');
  const options = { model: 'x', json: true };
  const { printed } = await runCommand('classify', [path], options, loading('classification', CLASSES));
  const line = JSON.parse(printed[0]!) as Record<string, unknown> & { probabilities: Record<string, number> };
  expect(line).toMatchObject({ text: 'the dog', pair: 'the cat' });
  expect(Object.keys(line.probabilities)).toEqual(CLASSES);
  expect(Object.values(line.probabilities).reduce((sum, value) => sum + value)).toBeCloseTo(1, 4);
  expect(line.probability).toBe(Math.max(...Object.values(line.probabilities)));
});

test.each([
  ['a\tb\tc\n', 'texts.tsv:1: has 3 texts'],
  ['a\t\n', 'texts.tsv:1: one of its two texts is empty'],
])('classify names the line of %j', async (content, problem) => {
  const path = await file('texts.tsv', content);
  const running = runCommand('classify', [path], { model: 'x' }, loading('classification', CLASSES));
  await expect(running).rejects.toThrow(problem);
});

test('a run with another head, and classes that are not its own, are refused', async () => {
  const path = await file('one.txt', 'the cat\n');
  const classify = (task: string, classes: string[]) =>
    runCommand('classify', [path], { model: 'x' }, loading(task, classes));
  await expect(classify('regression', [])).rejects.toThrow('runs/x was fine-tuned with the task regression');
  const wrong = { ...loading('classification', CLASSES) };
  const loadModel = async () => ({ ...(await wrong.loadModel()), classes: ['one'] });
  await expect(runCommand('classify', [path], { model: 'x' }, { loadModel })).rejects.toThrow('1 class names for 3');
  await expect(runCommand('fill-mask', ['<mask>'], { model: 'x' }, wrong)).rejects.toThrow('masked-lm is needed');
});

test('fill-mask: the most probable tokens for every mask, with the text that they make', async () => {
  const text = 'the <mask> sat on the<mask>';
  const { printed } = await runCommand('fill-mask', [text], { model: 'x', top: '3' }, loading('masked-lm', []));
  expect(printed).toHaveLength(6);
  const rows = printed.map((line) => line.split('\t'));
  for (const three of [rows.slice(0, 3), rows.slice(3)]) {
    const probabilities = three.map(([probability]) => Number(probability));
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
  }
  expect(rows[0]![2]).toMatch(/^the.* sat on the ?<mask>$/);
  const json = await runCommand('fill-mask', [text], { model: 'x', json: true }, loading('masked-lm', []));
  expect(json.printed.map((line) => (JSON.parse(line) as { mask: number }).mask)).toEqual([1, 2]);
});

test('fill-mask says what is missing: a mask, a tokenizer', async () => {
  const run = (text: string, path?: string, options: object = {}) =>
    runCommand('fill-mask', [text], { model: 'x', ...options }, {
      loadModel: () => Promise.resolve(model('masked-lm', path, size, [])),
    }); // prettier-ignore
  await expect(run('the cat', tokenizer)).rejects.toThrow("'the cat' has no <mask>");
  await expect(run('a <mask>')).rejects.toThrow('does not say which tokenizer');
  expect((await run('a <mask>', undefined, { tokenizer, top: '1' })).printed).toHaveLength(1);
});

describe('standard input', () => {
  const lines = async (...chunks: (Uint8Array | string)[]): Promise<[string, string][]> => {
    const found: [string, string][] = [];
    for await (const { name, text } of inputLines(['-'], Readable.from(chunks))) found.push([name, text]);
    return found;
  };

  test('comes in lines, wherever its pieces and characters are cut', async () => {
    const bytes = Buffer.from('naïve 猫\r\n\nend');
    const cut = Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1));
    const expected = ['naïve 猫', '', 'end'].map((text, i) => [`standard input:${i + 1}`, text]);
    expect(await lines(...cut)).toEqual(expected);
    expect(await lines(bytes)).toEqual(expected);
  });

  test('that is not UTF-8 is refused', async () => {
    await expect(lines(Buffer.from([0x61, 0x0a]), Buffer.from([0xff]))).rejects.toThrow('after line 1');
    await expect(lines(Buffer.from([0x61, 0xc3]))).rejects.toThrow('is not UTF-8');
  });

  test('and files follow each other', async () => {
    const path = await file('after.txt', 'b\n');
    const texts: string[] = [];
    for await (const { text } of inputLines(['-', path], Readable.from(['a\n']))) texts.push(text);
    expect(texts).toEqual(['a', 'b']);
    expect(at('after.txt')).toBe(path);
  });
});
