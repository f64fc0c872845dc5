import { mkdir } from 'node:fs/promises';
import { parquetWriteFile } from 'hyparquet-writer';
import type { Dataset } from '@d2v/core';
import { arrayDataset, textDatasets, type TextItem } from '../../src/index.js';
import { openFiles, openGlue, openJson, openLines, openParquet, openTable } from '../../src/node.js';
import { at, file } from './files.js';

const all = (dataset: Dataset<TextItem>): Promise<TextItem[]> =>
  Promise.all(Array.from({ length: dataset.size }, (_, i) => dataset.read(i)));
const options = textDatasets;

test('table: texts, pairs and classes by column', async () => {
  const path = await file('pairs.csv', 'id,text,other,label\n1,"a\nb",c,yes\n2,d,e,no\n');
  const dataset = await openTable(options.table.schema.parse({ path, pair: 'other', label: 'label' }));
  expect(dataset.classes).toEqual(['no', 'yes']);
  expect(await all(dataset)).toEqual([
    { name: `${path}:2`, text: 'a\nb', pair: 'c', label: 1 },
    { name: `${path}:4`, text: 'd', pair: 'e', label: 0 },
  ]);
});

test.each([
  [{ text: 'body' }, ": no column 'body'"],
  [{ label: 'label', classes: ['yes'] }, ":3: label 'no' is not one of the 1 classes"],
  [{ label: 'label', labels: 'number' }, ":2: label 'yes' is not a number"],
])('table: %j is refused', async (more, problem) => {
  const path = await file('bad.csv', 'text,label\na,yes\nb,no\n');
  await expect(openTable(options.table.schema.parse({ path, ...more }))).rejects.toThrow(problem);
});

test('bad rows end the run, or are skipped and counted', async () => {
  const path = await file(
    'rows.jsonl',
    '{"text": "a"}\nnot json\n{"other": 1}\n\n{"text": " "}\n{"text": "b\\u0000"}\n',
  );
  const parsed = (onBadRow: string) => options.json.schema.parse({ path, onBadRow });
  await expect(openJson(parsed('stop'))).rejects.toThrow(/rows\.jsonl:2: not JSON/);
  const dataset = await openJson(parsed('skip'));
  expect([dataset.size, dataset.skipped]).toEqual([1, 4]);
});

test('json: numbered classes keep their numbers, values of a regression theirs', async () => {
  const path = await file('n.jsonl', '{"text": "a", "label": 2}\n{"text": "b", "label": 0}\n');
  const classes = await openJson(options.json.schema.parse({ path, label: 'label' }));
  expect([classes.classes, classes.label!(0)]).toEqual([['0', '1', '2'], 2]);
  const values = await openJson(options.json.schema.parse({ path, label: 'label', labels: 'number' }));
  expect(values.classes).toBeUndefined();
  expect((await all(values)).map(({ label }) => label)).toEqual([2, 0]);
});

test('lines and documents', async () => {
  const path = await file('doc.txt', 'one\ntwo\n\n\nthree\r\n');
  const texts = async (samples: string) =>
    (await all(await openLines(options.lines.schema.parse({ path, samples })))).map(({ text }) => text);
  expect(await texts('line')).toEqual(['one', 'two', 'three']);
  expect(await texts('document')).toEqual(['one\ntwo', 'three']);
  expect((await openFiles([path, path])).size).toBe(6);
});

test('parquet: texts and labels by column', async () => {
  parquetWriteFile({
    filename: at('x.parquet'),
    columnData: [
      { name: 'text', data: ['a', 'b'], type: 'STRING' },
      { name: 'label', data: [1, 0], type: 'INT32' },
    ],
  });
  const dataset = await openParquet(options.parquet.schema.parse({ path: at('x.parquet'), label: 'label' }));
  expect(await all(dataset)).toEqual([
    { name: `${at('x.parquet')} row 0`, text: 'a', label: 1 },
    { name: `${at('x.parquet')} row 1`, text: 'b', label: 0 },
  ]);
});

test('parquet: classes of the metadata, and columns that are not there', async () => {
  const features = { label: { _type: 'ClassLabel', names: ['neg', 'pos'] } };
  parquetWriteFile({
    filename: at('hf.parquet'),
    columnData: [
      { name: 'text', data: ['a', 'b'], type: 'STRING' },
      { name: 'label', data: [1n, 0n], type: 'INT64' },
    ],
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
  });
  const open = (more: object) => openParquet(options.parquet.schema.parse({ path: at('hf.parquet'), ...more }));
  const dataset = await open({ label: 'label' });
  expect([dataset.classes, dataset.label!(0)]).toEqual([['neg', 'pos'], 1]);
  await expect(open({ pair: 'other' })).rejects.toThrow("no column 'other'");
});

test('a label that is missing ends the run, or is skipped and takes no class', async () => {
  const path = await file('holes.csv', 'text,label\na,yes\nb,\nc,no\n');
  const open = (onBadRow: string) => openTable(options.table.schema.parse({ path, label: 'label', onBadRow }));
  await expect(open('stop')).rejects.toThrow(/holes\.csv:3: the label is missing/);
  const dataset = await open('skip');
  expect([dataset.skipped, dataset.classes]).toEqual([1, ['no', 'yes']]);
});

test('subset draws of every class, its complement the others, the same by the same seed', () => {
  const texts = Array.from({ length: 100 }, (_, i) => `text ${i}`);
  const path = file('many.jsonl', texts.map((text, i) => JSON.stringify({ text, label: i % 4 })).join('\n'));
  const open = async (more: object) =>
    all(await openJson(options.json.schema.parse({ path: await path, label: 'label', ...more })));
  return Promise.all([
    open({ subset: { fraction: 0.1 } }),
    open({ subset: { fraction: 0.1, complement: true } }),
    open({ subset: { fraction: 0.1 } }),
  ]).then(([drawn, rest, again]) => {
    expect(drawn).toHaveLength(12);
    expect(new Set(drawn!.map(({ label }) => label)).size).toBe(4);
    expect([...drawn!, ...rest!].map(({ text }) => text).sort()).toEqual([...texts].sort());
    expect(again).toEqual(drawn);
  });
});

const GLUE: [string, string, string, Partial<TextItem>][] = [
  ['cola', 'train', 'gj04\t1\t\tThe "cat" sat.\n', { text: 'The "cat" sat.', label: 1 }],
  ['sst2', 'train', 'sentence\tlabel\na film \t0\n', { text: 'a film ', label: 0 }],
  ['mrpc', 'train', '\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t7\t8\tA b.\tC d.\n', { text: 'A b.', pair: 'C d.', label: 1 }], // prettier-ignore
  ['stsb', 'dev', 'index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore\n0\tg\tf\t1\t2\ts\tt\tA.\tB.\t3.8\n', { text: 'A.', pair: 'B.', label: 3.8 }], // prettier-ignore
  ['qqp', 'train', 'id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\tA?\tB?\t1\n', { text: 'A?', pair: 'B?', label: 1 }], // prettier-ignore
  ['mnli', 'dev_matched', 'index\tsentence1\tsentence2\tlabel1\tgold_label\n0\tA.\tB.\tneutral\tentailment\n', { text: 'A.', pair: 'B.', label: 2 }], // prettier-ignore
  ['qnli', 'train', 'index\tquestion\tsentence\tlabel\n0\tA?\tB.\tnot_entailment\n', { text: 'A?', pair: 'B.', label: 1 }], // prettier-ignore
  ['rte', 'train', 'index\tsentence1\tsentence2\tlabel\n0\tA.\tB.\tentailment\n', { text: 'A.', pair: 'B.', label: 0 }], // prettier-ignore
  ['wnli', 'train', 'index\tsentence1\tsentence2\tlabel\n0\tA.\tB.\t1\n', { text: 'A.', pair: 'B.', label: 1 }], // prettier-ignore
  ['cola', 'test', 'index\tsentence\n0\tA b.\n', { text: 'A b.' }],
  ['stsb', 'test', 'index\tsentence1\tsentence2\n0\tA.\tB.\n', { text: 'A.', pair: 'B.' }],
];

test.each(GLUE)('glue: %s, %s', async (task, split, content, expected) => {
  const path = at(`${task}-${split}`);
  await mkdir(path);
  await file(`${task}-${split}/${split}.tsv`, content);
  const dataset = await openGlue(options.glue.schema.parse({ path, task, split }));
  const line = content.startsWith('gj04') ? 1 : 2;
  expect(await all(dataset)).toEqual([{ name: `${path}/${split}.tsv:${line}`, ...expected }]);
  expect(dataset.classes?.length).toBe(
    expected.label === undefined || task === 'stsb' ? undefined : task === 'mnli' ? 3 : 2,
  );
});

test('glue: a row with too few columns names file and line', async () => {
  await mkdir(at('short'));
  await file('short/train.tsv', 'sentence\tlabel\ngood\t1\nbroken\n');
  const open = (onBadRow: string) => openGlue(options.glue.schema.parse({ path: at('short'), task: 'sst2', onBadRow }));
  await expect(open('stop')).rejects.toThrow(/train\.tsv:3: 1 cells under the 2 columns/);
  expect((await open('skip')).skipped).toBe(1);
});

test('arrays: texts and labels in memory', async () => {
  const dataset = arrayDataset({ texts: ['a', 'b'], labels: ['x', 'y'], pairs: ['c', 'd'] });
  expect(await dataset.read(1)).toEqual({ name: 'array[1]', text: 'b', pair: 'd', label: 1 });
  expect(() => arrayDataset({ texts: ['a'], labels: [] })).toThrow('0 labels for 1 texts');
});
