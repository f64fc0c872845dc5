import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { memory } from '@tensorflow/tfjs-core';
import plugin, { greedyDecode, normalise, resample, Vocabulary } from '../../src/index.js';
import { wav } from '../../../../tools/jest/wav.js';
import { useBackend } from '../backend.js';
import { arpa } from '../language-model/model.js';
import { localModel, melody, TOKENS, wholeLogits } from './model.js';

beforeAll(useBackend);

const folder = mkdtempSync(join(tmpdir(), 'd2v-transcribe-'));
const [first, second, broken] = [join(folder, 'in', 'a.wav'), join(folder, 'in', 'b.wav'), join(folder, 'broken.wav')];
mkdirSync(join(folder, 'in'));
writeFileSync(first, wav(melody(20_000, 1), { format: 3, width: 4 }));
writeFileSync(second, wav(melody(30_000, 2), { format: 3, width: 4 }));
writeFileSync(broken, 'RIFF');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Said {
  readonly out: string[];
  readonly notes: string[];
  readonly error?: Error;
}

async function transcribe(files: readonly string[], options: Record<string, string | boolean> = {}): Promise<Said> {
  const { transcribe: command } = (await plugin.commands!()) as Record<
    string,
    NonNullable<Awaited<ReturnType<NonNullable<typeof plugin.commands>>>[string]>
  >;
  const [out, notes]: [string[], string[]] = [[], []];
  const tools = {
    print: (line: string) => void out.push(line),
    note: (line: string) => void notes.push(line),
    progress: () => undefined,
    signal: new AbortController().signal,
    loadModel: async () => localModel(),
  };
  const before = memory().numTensors;
  try {
    await command!.run({ arguments: files, options: { model: 'runs/local', ...options }, tools });
    return { out, notes };
  } catch (error) {
    return { out, notes, error: error as Error };
  } finally {
    expect(memory().numTensors).toBe(before);
  }
}

/** What the model says about a melody, without files and windows. */
function expected(samples: number, seed: number): string {
  const model = localModel();
  const logits = wholeLogits(model, normalise(melody(samples, seed)));
  model.dispose();
  return new Vocabulary(TOKENS).decode(greedyDecode(logits, 0).map(({ label }) => label));
}

test('the text of one file is printed alone, of several after their names; folders are expanded', async () => {
  const [a, b] = [expected(20_000, 1), expected(30_000, 2)];
  expect(a.length).toBeGreaterThan(5);
  expect(await transcribe([first])).toEqual({ out: [a], notes: [] });
  expect((await transcribe([second, first])).out).toEqual([`${second}\t${b}`, `${first}\t${a}`]);
  expect((await transcribe([join(folder, 'in')])).out).toEqual([`${first}\t${a}`, `${second}\t${b}`]);
});

test('--json gives times and confidences', async () => {
  const { out } = await transcribe([first], { json: true });
  const found = JSON.parse(out[0]!) as { words: { word: string; start: number; end: number; confidence: number }[] };
  expect(found).toMatchObject({ file: first, seconds: 1.25, text: expected(20_000, 1) });
  expect(found.words.map(({ word }) => word).join(' ')).toBe(expected(20_000, 1));
  let before = 0;
  for (const { start, end, confidence } of found.words) {
    expect(start).toBeGreaterThanOrEqual(before);
    expect(end).toBeGreaterThan(start);
    expect(confidence).toBeGreaterThan(0.2);
    expect(confidence).toBeLessThanOrEqual(1);
    before = end;
  }
  expect(before).toBeLessThanOrEqual(1.25);
});

test('a bad file is reported by name, and the rest goes on', async () => {
  const { out, notes, error } = await transcribe([broken, join(folder, 'nowhere.wav'), first]);
  expect(out).toEqual([`${first}\t${expected(20_000, 1)}`]);
  expect(notes).toHaveLength(2);
  expect(notes.join('\n')).toMatch(/nowhere\.wav: the file does not exist[^]*broken\.wav: /);
  expect(error?.message).toMatch(/2 of 3 recordings could not be transcribed\n.*broken\.wav/);
});

test('a language model is read from a plain or a compressed file', async () => {
  const ngrams = ['<s>', '</s>', 'a', 'b'].map((word) => ({ words: [word], logProbability: -2, backoff: 0 }));
  const [plain, packed] = [join(folder, 'lm.arpa'), join(folder, 'lm.arpa.gz')];
  writeFileSync(plain, arpa(ngrams));
  writeFileSync(packed, gzipSync(arpa(ngrams)));
  const { out } = await transcribe([first], { lm: plain, lmWeight: '1', wordScore: '-1', beam: '20' });
  expect(out[0]).not.toBe(expected(20_000, 1));
  expect(await transcribe([first], { lm: packed, lmWeight: '1', wordScore: '-1', beam: '20' })).toEqual({
    out,
    notes: [],
  });
});

test.each([
  [{ beam: 'x' }, /--beam is 'x'/],
  [{ beam: '0' }, /--beam is '0'/],
  [{ lmWeight: '1' }, /--lm-weight is for a language model/],
  [{ lm: 'nowhere.arpa' }, /nowhere\.arpa: the file does not exist/],
  [{ lm: first }, /a\.wav/],
])('%j is refused before the model is loaded', async (options, message) => {
  const { out, error } = await transcribe([first], options);
  expect(out).toEqual([]);
  expect(error?.message).toMatch(message);
});

test('the sample rate of a file does not matter', async () => {
  const file = join(folder, '8k.wav');
  const slow = melody(20_000, 1).filter((_, i) => i % 2 === 0);
  writeFileSync(file, wav(slow, { rate: 8000, format: 3, width: 4 }));
  const model = localModel();
  const logits = wholeLogits(model, normalise(resample(slow, 8000)));
  model.dispose();
  const labels = greedyDecode(logits, 0).map(({ label }) => label);
  expect((await transcribe([file])).out).toEqual([new Vocabulary(TOKENS).decode(labels)]);
});
