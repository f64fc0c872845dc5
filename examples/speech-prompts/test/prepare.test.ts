import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { speechDatasets } from '@d2v/speech';
import { writeManifests } from '../prepare-manifests.js';
import { readFestvox, readPrompts } from '../prepare-sources.js';
import { splitContiguously, splitPrompts, splits } from '../prepare-split.js';
import { wavFile } from '../prepare-wav.js';

const folder = mkdtempSync(join(tmpdir(), 'd2v-prompts-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [root, out] = [join(folder, 'packages'), join(folder, 'out')];

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** Thirty prompts in two languages; number 3 of English has the words of number 4, number 5 is read with a digit. */
function makeTree(): void {
  const words = ['один', 'два', 'три'];
  for (const [language, voice] of [
    ['en', 'en_US_f_A'],
    ['ru', 'ru_RU_f_B'],
  ] as const) {
    const lines = ['; heading', 'digits/7: Seven.', 'beep: [a beep]', 'digits/7: wrong'];
    const files = ['digits/7', 'beep', 'silence/1'];
    for (let i = 0; i < 30; i++) {
      const number = language === 'en' && i === 3 ? 4 : i;
      const letters = [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
      const text =
        language === 'en' ? `The Prompt, ${i === 5 ? '5' : letters}!` : `${words[i % 3]} ${'ж'.repeat(i + 1)}`;
      lines.push(`p-${i}: ${text}`);
      files.push(`p-${i}`);
    }
    const name = `asterisk-core-sounds-${language}`;
    write(`usr/share/doc/${name}/core-sounds-${language}.txt.gz`, gzipSync(lines.join('\n')));
    for (const file of files) write(`usr/share/asterisk/sounds/${voice}/${file}.g722`, new Uint8Array(400).fill(85));
  }
  const speaker = 'usr/share/festival/voices/russian/msu_ru_nsh_clunits';
  const sentences = Array.from({ length: 20 }, (_, i) => [
    `ru_${i}`,
    i === 19 ? 'в+олк а' : `волк ${'а'.repeat(i + 1)}`,
  ]);
  write(`${speaker}/etc/txt.done.data`, sentences.map(([id, text]) => `( ${id} "${text}" )\n`).join(''));
  for (const [id] of sentences) write(`${speaker}/wav/${id}.wav`, wavFile(new Int16Array(1600)));
}

beforeAll(makeTree);

test('prompts have ids, kinds and words; the first of two lines counts, sounds without words are left out', () => {
  const prompts = readPrompts(root);
  expect(prompts).toHaveLength(2 * 31);
  expect(prompts.find(({ id, language }) => id === 'digits/7' && language === 'en')).toMatchObject({
    kind: 'digit',
    text: 'seven',
    spelt: true,
  });
  expect(prompts.find(({ id, language }) => id === 'p-5' && language === 'en')).toMatchObject({ spelt: false });
});

test('no prompt, no sentence and no translation of it is in two splits', () => {
  const split = splitPrompts(readPrompts(root));
  const places = new Map<string, Set<string>>();
  for (const [{ id, language, text }, name] of split) {
    for (const key of [`id ${id}`, `${language} ${text}`]) places.set(key, (places.get(key) ?? new Set()).add(name));
  }
  for (const [, names] of places) expect(names.size).toBe(1);
  expect(places.get('en the prompt e')!.size).toBe(1); // numbers 3 and 4
  const counts = splits.map((name) => [...split.values()].filter((own) => own === name).length);
  expect(counts.every((count) => count > 0)).toBe(true);
  expect(counts[0]!).toBeGreaterThan(0.7 * split.size);
  expect([...splitPrompts(readPrompts(root), 2).values()]).not.toEqual([...split.values()]);
});

test('the speaker is split in the order of reading, without sentences that come twice', () => {
  const split = splitContiguously(readFestvox(root));
  expect([...split].map(([{ id }, name]) => `${id} ${name}`)).toEqual([
    ...Array.from({ length: 16 }, (_, i) => `ru_${i} train`),
    'ru_16 dev',
    'ru_17 dev',
    'ru_18 test', // ru_19 has the words of ru_0
  ]);
});

test('a line that is no sentence is named', () => {
  const list = 'usr/share/festival/voices/russian/msu_ru_nsh_clunits/etc/txt.done.data';
  const text = readFileSync(join(root, list), 'utf8');
  write(list, `${text}( broken\n`);
  expect(() => readFestvox(root)).toThrow(/txt\.done\.data:21: '\( broken' is not/);
  write(list, text);
});

test('the lists are what @d2v/speech reads', async () => {
  mkdirSync(out);
  const counts = writeManifests(root, out);
  const total = (list: string): number =>
    counts.filter((count) => count.list.startsWith(`${list}-`)).reduce((sum, { utterances }) => sum + utterances, 0);
  expect([total('pretrain'), total('prompts'), total('en'), total('ru'), total('festvox-ru')]).toEqual([
    81,
    62,
    30,
    30,
    19, // 'seven' is no Russian word
  ]);

  const { table } = speechDatasets;
  const spoken = await table.open(table.schema.parse({ path: join(out, 'ru-train.jsonl') }));
  const item = await spoken.read(0);
  expect(item.transcript).toMatch(/^(один|два|три) ж+$/);
  expect(await item.waveform()).toHaveLength(800);
  const kinds = await table.open(table.schema.parse({ path: join(out, 'prompts-train.jsonl'), label: 'language' }));
  expect(kinds.classes).toEqual(['en', 'ru']);
  const speaker = await table.open(table.schema.parse({ path: join(out, 'festvox-ru-test.jsonl') }));
  expect((await speaker.read(0)).samples).toBe(1600);
  expect(counts.find(({ list }) => list === 'festvox-ru-train')!.minutes).toBeCloseTo(1.6 / 60, 6);
});

test('a recording without a sample is in no list', () => {
  const empty = 'usr/share/asterisk/sounds/ru_RU_f_B/p-empty.g722';
  write(empty, new Uint8Array());
  try {
    expect(readPrompts(root).some(({ id }) => id === 'p-empty')).toBe(true);
    writeManifests(root, out);
    const lists = splits.map((name) => readFileSync(join(out, `pretrain-${name}.jsonl`), 'utf8'));
    expect(lists.join('')).toContain('audio/ru/p-1.wav');
    expect(lists.join('')).not.toContain('p-empty');
  } finally {
    rmSync(join(root, empty));
  }
});

test('a folder without the packages is refused', () => {
  expect(() => writeManifests(folder, out)).toThrow('no recordings below');
});
