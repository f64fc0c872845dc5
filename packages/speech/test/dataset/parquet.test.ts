import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, SampleError } from '@d2v/core';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { speechDatasets } from '../../src/dataset/index.js';
import { sound, temporaryFolder, write } from './files.js';

const folder = temporaryFolder();
const open = (options: object) => speechDatasets.parquet.open(speechDatasets.parquet.schema.parse(options));

interface Row {
  readonly audio: { bytes: Uint8Array | null; path: string | null };
  readonly sentence: string;
  readonly label: bigint;
}

/** A file as Hugging Face's `datasets` writes it. */
function table(rows: readonly Row[], names?: readonly string[]): Uint8Array {
  const features = { audio: { _type: 'Audio' }, label: { _type: 'ClassLabel', ...(names && { names }) } };
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'audio', data: rows.map((row) => row.audio) },
      { name: 'sentence', data: rows.map((row) => row.sentence) },
      { name: 'label', data: rows.map((row) => row.label) },
    ],
    schema: [
      { name: 'root', num_children: 3 },
      { name: 'audio', num_children: 2, repetition_type: 'OPTIONAL' },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'sentence', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
    ],
    rowGroupSize: 2,
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
  });
  return new Uint8Array(buffer);
}

const flac = new Uint8Array(readFileSync(new URL('../audio/fixtures/mono-16k.flac', import.meta.url)));
const rows: readonly Row[] = [
  { audio: { bytes: sound(500), path: 'a.wav' }, sentence: 'čau', label: 1n },
  { audio: { bytes: flac, path: 'b.flac' }, sentence: 'two', label: 0n },
  { audio: { bytes: null, path: 'beside.wav' }, sentence: 'three', label: 1n },
  { audio: { bytes: null, path: null }, sentence: 'four', label: 1n },
];

beforeAll(() => write(folder, { 'data.parquet': table(rows, ['no', 'yes']), 'beside.wav': sound(700) }));

test('reads recordings, transcripts and labels with the names of the metadata', async () => {
  const data = await open({ path: join(folder, 'data.parquet') });
  expect([data.size, data.classes]).toEqual([4, ['no', 'yes']]);
  const items = await Promise.all([0, 1, 2].map((index) => data.read(index)));
  expect(items.map(({ transcript, label, samples }) => [transcript, label, samples])).toEqual([
    ['čau', 1, 500],
    ['two', 0, 8000],
    ['three', 1, 700],
  ]);
  expect([0, 3].map((index) => data.annotation!(index))).toEqual(['čau', 'four']);
  expect(await Promise.all([0, 1, 2].map((index) => data.length!(index)))).toEqual([500, 8000, 700]);
  expect(await items[1]!.waveform({ start: 0, end: 100 })).toHaveLength(100);
});

test('reads lists of labels from a column of text', async () => {
  const data = await open({ path: join(folder, 'data.parquet'), labels: 'sentence', labelSeparator: ' ' });
  expect([data.classes, data.label]).toEqual([['four', 'three', 'two', 'čau'], undefined]);
  expect((await data.read(1)).labels).toEqual(Int32Array.of(2));
  await expect(open({ path: folder, label: 'label', labels: 'sentence' })).rejects.toThrow('give either `label` or');
});

test('names file and row of a recording that is missing', async () => {
  const data = await open({ path: folder });
  await expect(data.read(3)).rejects.toBeInstanceOf(SampleError);
  await expect(data.read(3)).rejects.toThrow("data.parquet row 3: 'audio' is empty");
});

test('names the columns where one is not found', async () => {
  const opening = open({ path: join(folder, 'data.parquet'), text: 'words' });
  await expect(opening).rejects.toBeInstanceOf(ConfigError);
  await expect(opening).rejects.toThrow("no column 'words'");
  await expect(open({ path: join(folder, 'data.parquet'), audio: 'label' })).rejects.toThrow(
    "no column 'label' of encoded files",
  );
  await expect(open({ path: join(folder, 'beside.wav') })).rejects.toThrow('not a readable Parquet file');
});
