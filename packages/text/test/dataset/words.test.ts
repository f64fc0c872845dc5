import { textDatasets, encodeWords, type WordsOptions } from '../../src/index.js';
import { loadTokenizer, openWords } from '../../src/node.js';
import { file, tokenizerFolder } from './files.js';

const options = (path: string, more: object = {}): WordsOptions => textDatasets.words.schema.parse({ path, ...more });

const JSON_LINES = '{"words":["the","cat"],"labels":["O","B-X"]}\n\n{"words":["dog"],"labels":["O"]}\n';
const COLUMNS = '-DOCSTART- -X- O\n\nthe DT O\ncat NN B-X\n\n\ndog NN O';

test.each([
  ['json', JSON_LINES, ['1', '3']],
  ['columns', COLUMNS, ['3', '7']],
] as const)('%s: words with the numbers of their labels', async (format, content, lines) => {
  const path = await file(`words.${format}`, content);
  const dataset = await openWords(options(path, { format }));
  expect(dataset.classes).toEqual(['B-X', 'O']);
  expect([await dataset.read(0), await dataset.read(1)]).toEqual([
    { name: `${path}:${lines[0]}`, words: ['the', 'cat'], labels: [1, 0] },
    { name: `${path}:${lines[1]}`, words: ['dog'], labels: [1] },
  ]);
});

test('other columns, given classes, and texts without labels', async () => {
  const path = await file('tags.conll', COLUMNS);
  const dataset = await openWords(options(path, { format: 'columns', labelColumn: 1, classes: ['NN', 'DT'] }));
  expect((await dataset.read(0)).labels).toEqual([1, 0]);
  const plain = await openWords(options(await file('plain.json', '{"words":["a"]}\n'), { labels: null }));
  expect(plain.classes).toBeUndefined();
  expect(await plain.read(0)).toEqual({ name: plain.name(0), words: ['a'] });
});

test('a class that is named twice is refused; a part of the texts can be drawn', async () => {
  const path = await file('words.json', JSON_LINES);
  await expect(openWords(options(path, { classes: ['O', 'B-X', 'O'] }))).rejects.toThrow("'O' is there twice");
  expect((await openWords(options(path, { subset: { fraction: 0.5 } }))).size).toBe(1);
  expect((await openWords(options(path, { limit: 1 }))).name(0)).toBe(`${path}:1`);
});

test.each([
  ['json', 'nonsense', /:2: not JSON/],
  ['json', '{"words":["a"]}', /:2: 'labels' is not a list/],
  ['json', '{"words":["a"],"labels":[]}', /:2: has 0 labels for 1 words/],
  ['json', '{"words":[" "],"labels":["O"]}', /:2: word 1 is empty/],
  ['json', '{"words":["a"],"labels":["ODD"]}', /:2: label 'ODD' of word 1 is not one of the 1 classes/],
  ['columns', '\nonly', /:3: has 1 of at least 2 columns/],
])('%s %j names file and line, and can be skipped', async (format, line, problem) => {
  const good = format === 'json' ? '{"words":["the"],"labels":["O"]}\n' : 'the O\n';
  const path = await file('bad.txt', good + line);
  const given = { format, classes: ['O'] };
  await expect(openWords(options(path, given))).rejects.toThrow(problem);
  expect(await openWords(options(path, { ...given, onBadRow: 'skip' }))).toMatchObject({ size: 1, skipped: 1 });
});

test('a word has its label at its first token, and every word a space before it', async () => {
  const tokenizer = await loadTokenizer(await tokenizerFolder());
  const item = { name: 'x', words: ['the', 'zebra', 'cat'], labels: [0, 1, 2] };
  const { ids, label, wordStarts } = encodeWords(tokenizer, item, { maxTokens: 64, truncation: 'longestFirst' });
  expect(tokenizer.decode(ids)).toBe('<s> the zebra cat</s>');
  const labels = [...(label as Int32Array)];
  expect(labels.filter((each) => each >= 0)).toEqual([0, 1, 2]);
  labels.forEach((each, token) => {
    if (each >= 0) expect(tokenizer.token(ids[token]!)).toMatch(/^Ġ/);
    if (each >= 0) expect(wordStarts![token]).toBe(1);
  });
  const cut = encodeWords(tokenizer, item, { maxTokens: 4, truncation: 'longestFirst' });
  expect([...cut.ids]).toEqual([...ids.subarray(0, 3), tokenizer.special.end]);
  expect((cut.label as Int32Array).length).toBe(4);
  expect(() => encodeWords(tokenizer, item, { maxTokens: 4, truncation: 'none' })).toThrow('truncation is none');
});
