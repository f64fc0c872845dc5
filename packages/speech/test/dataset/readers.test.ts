import { join } from 'node:path';
import { ConfigError, SampleError, type Dataset } from '@d2v/core';
import type { AudioItem } from '../../src/audio/index.js';
import { arrayDataset, selectRecordings, speechDatasets } from '../../src/dataset/index.js';
import { openFiles } from '../../src/node.js';
import { sound, temporaryFolder, write } from './files.js';

const folder = temporaryFolder();
const at = (...parts: string[]): string => join(folder, ...parts);

async function open(reader: keyof typeof speechDatasets, options: object): Promise<Dataset<AudioItem>> {
  const kind = speechDatasets[reader];
  return kind.open(kind.schema.parse(options) as never);
}

/** Everything that a dataset says of its recordings. */
async function all(data: Dataset<AudioItem>): Promise<unknown[]> {
  return Promise.all(
    Array.from({ length: data.size }, async (_, i) => {
      const { transcript, label, samples } = await data.read(i);
      expect(data.annotation?.(i)).toBe(transcript);
      return [transcript ?? label, samples, await data.length!(i)];
    }),
  );
}

async function refuses(opening: Promise<unknown>, kind: typeof ConfigError | typeof SampleError, message: string) {
  await expect(opening).rejects.toBeInstanceOf(kind);
  await expect(opening).rejects.toThrow(message);
}

describe('folder', () => {
  beforeAll(() =>
    write(at('classes'), {
      'yes/b.wav': sound(500),
      'yes/deep/a.wav': sound(600),
      'no/c.flac': sound(700), // a WAV all the same
      'no/notes.txt': 'x',
    }),
  );

  test('reads subfolders as classes, whatever the files are', async () => {
    const data = await open('folder', { path: at('classes') });
    expect(data.classes).toEqual(['no', 'yes']);
    expect(await all(data)).toEqual([
      [0, 700, 700],
      [1, 500, 500],
      [1, 600, 600],
    ]);
    expect(data.name(0)).toBe(at('classes/no/c.flac'));
  });

  test('reads all recordings without labels', async () => {
    const data = await open('folder', { path: at('classes'), labels: 'none' });
    expect(data.label).toBeUndefined();
    expect(await all(data)).toEqual([700, 500, 600].map((samples) => [undefined, samples, samples]));
  });

  test('says that there is nothing', async () => {
    write(at('none'), { 'a.txt': '' });
    await refuses(open('folder', { path: at('none') }), ConfigError, 'no recordings in');
    await refuses(open('folder', { path: at('nowhere') }), ConfigError, 'does not exist');
  });
});

describe('wav2vec', () => {
  beforeAll(() =>
    write(at('w2v'), {
      'audio/x/1.wav': sound(500),
      'train.tsv': 'audio\nx/1.wav\t500\nx/gone.wav\t900\n',
      'train.ltr': 'H I | Y O U |\nO |\n',
      'train.wrd': 'HI YOU\nOH\n',
      'short.tsv': 'audio\nx/1.wav\t500\n',
      'short.ltr': 'A |\nB |\n',
      'broken.tsv': 'audio\nx/1.wav\t500\nx/2.wav 30\n',
    }),
  );

  test('reads letters as words, and lengths from the list', async () => {
    const data = await open('wav2vec', { path: at('w2v/train.tsv') });
    expect((await data.read(0)).transcript).toBe('HI YOU');
    expect(await data.length!(1)).toBe(900);
    const words = await open('wav2vec', { path: at('w2v/train.tsv'), transcripts: 'wrd', range: [0, 1] });
    expect(await all(words)).toEqual([['HI YOU', 500, 500]]);
    const none = await open('wav2vec', { path: at('w2v/train.tsv'), transcripts: 'none', limit: 1 });
    expect((await none.read(0)).transcript).toBeUndefined();
  });

  test('names manifest and line of a recording that is not there', async () => {
    const data = await open('wav2vec', { path: at('w2v/train.tsv') });
    await refuses(data.read(1), SampleError, 'x/gone.wav (train.tsv:3): the file does not exist');
  });

  test('another audio folder may be given', async () => {
    const data = await open('wav2vec', { path: at('w2v/short.tsv'), transcripts: 'none', folder: at('w2v/audio') });
    expect(await all(data)).toEqual([[undefined, 500, 500]]);
  });

  test('refuses lists that do not fit', async () => {
    await refuses(
      open('wav2vec', { path: at('w2v/short.tsv') }),
      SampleError,
      'short.ltr: 2 transcripts for the 1 recordings',
    );
    await refuses(open('wav2vec', { path: at('w2v/broken.tsv') }), SampleError, "broken.tsv:3: 'x/2.wav 30' is not");
    await refuses(open('wav2vec', { path: at('w2v/none.tsv') }), SampleError, 'none.tsv: the file does not exist');
  });
});

describe('librispeech', () => {
  beforeAll(() =>
    write(at('libri'), {
      '84/121/84-121-0001.flac': sound(500),
      '84/121/84-121-0000.wav': sound(600),
      '84/121/84-121.trans.txt': '84-121-0000 GO DO YOU HEAR\n84-121-0001 BUT\n84-121-0002 GONE\n',
      '85/1/85-1.trans.txt': '85-1-0000\n',
    }),
  );

  test('reads the transcripts of a tree', async () => {
    const data = await open('librispeech', { path: at('libri/84') });
    expect(data.size).toBe(3);
    expect(await (await data.read(0)).waveform()).toHaveLength(600);
    expect((await data.read(1)).transcript).toBe('BUT');
    await refuses(data.read(2), SampleError, '84-121-0002.flac (84-121.trans.txt:3): the file does not exist');
  });

  test('refuses a line without words, and a folder without transcripts', async () => {
    await refuses(open('librispeech', { path: at('libri') }), SampleError, "85-1.trans.txt:1: '85-1-0000' is not");
    await refuses(open('librispeech', { path: at('classes') }), ConfigError, 'no *.trans.txt below');
  });
});

describe('table', () => {
  beforeAll(() =>
    write(at('tables'), {
      'clips/a.wav': sound(500),
      'clips/b.wav': sound(600),
      'cv.tsv': 'client_id\tpath\tsentence\tage\n1\ta.wav\tShe said "hi".\t\n2\tb.wav\tNo.\tteens\n',
      'words.csv': '\uFEFFfile,text,speaker\r\nclips/a.wav,"one, two\nand ""three""",7\r\n\r\nclips/b.wav,four,8\r\n',
      'labels.jsonl': '{"path":"clips/a.wav","label":"up"}\n\n{"path":"clips/b.wav","label":"down"}\n',
      'nemo.json': '{"audio_filepath":"clips/a.wav","duration":1.5,"text":"hey"}\n',
      'numbers.csv': 'path,label\nclips/a.wav,1\nclips/b.wav,0\n',
      'tags.csv': 'path,label,tags\nclips/a.wav,x,"up, loud"\nclips/b.wav,y,\n',
      'tags.jsonl': '{"path":"clips/a.wav","tags":[2,0]}\n{"path":"clips/b.wav","tags":[]}\n',
      'untagged.jsonl': '{"path":"clips/a.wav","tags":["up"]}\n{"path":"clips/b.wav"}\n',
      'half.csv': 'path,label\nclips/a.wav,up\nclips/b.wav,\n',
      'quote.csv': 'path,text\nclips/a.wav,"one\n',
      'cells.csv': 'path,text\nclips/a.wav,one,two\n',
      'gone.csv': 'path,text\nclips/c.wav,one\n',
      'bad.jsonl': '{"path":"clips/a.wav"}\n{path\n',
      'empty.csv': 'path,text\n',
    }),
  );

  test("reads Common Voice's layout: tabs, quotes that are quotes, recordings in clips", async () => {
    expect(await all(await open('table', { path: at('tables/cv.tsv') }))).toEqual([
      ['She said "hi".', 500, 500],
      ['No.', 600, 600],
    ]);
  });

  test('reads CSV with quoted commas, line ends and quotes', async () => {
    const data = await open('table', { path: at('tables/words.csv') });
    expect(await all(data)).toEqual([
      ['one, two\nand "three"', 500, 500],
      ['four', 600, 600],
    ]);
    expect(data.name(1)).toBe('clips/b.wav (words.csv:5)');
  });

  test('reads JSON lines with labels by name, and numbers as class numbers', async () => {
    const named = await open('table', { path: at('tables/labels.jsonl') });
    expect([named.classes, await all(named)]).toEqual([
      ['down', 'up'],
      [
        [1, 500, 500],
        [0, 600, 600],
      ],
    ]);
    const numbered = await open('table', { path: at('tables/numbers.csv') });
    expect([numbered.classes, numbered.label!(0), numbered.label!(1)]).toEqual([['0', '1'], 1, 0]);
    expect(await all(await open('table', { path: at('tables/nemo.json') }))).toEqual([['hey', 500, 500]]);
  });

  test('reads lists of labels, written as text or as lists; a list may be empty', async () => {
    const lists = async (data: Dataset<AudioItem>) => {
      expect(data.label).toBeUndefined();
      const items = await Promise.all([0, 1].map((i) => data.read(i)));
      expect(items.map(({ label }) => label)).toEqual([undefined, undefined]);
      return [items.map(({ labels }) => [...labels!]), data.classes];
    };
    const text = { path: at('tables/tags.csv'), labels: 'tags' };
    expect(await lists(await open('table', text))).toEqual([[[1, 0], []], ['loud', 'up']]); // prettier-ignore
    const classes = ['up', 'down', 'loud'];
    expect(await lists(await open('table', { ...text, classes, limit: 2 }))).toEqual([[[0, 2], []], classes]);
    expect(await lists(await open('table', { ...text, labelSeparator: ';' }))).toEqual([[[0], []], ['up, loud']]);
    const numbered = await open('table', { path: at('tables/tags.jsonl'), labels: 'tags' });
    expect(await lists(numbered)).toEqual([[[2, 0], []], ['0', '1', '2']]); // prettier-ignore
    await refuses(open('table', { ...text, classes: ['up'] }), SampleError, "tags.csv:2: label 'loud' is not one of");
    await refuses(
      open('table', { ...text, label: 'label' }),
      ConfigError,
      'cannot be read with one label a sample and',
    );
    await refuses(
      open('table', { path: at('tables/untagged.jsonl'), labels: 'tags' }),
      SampleError,
      'untagged.jsonl:2: nothing is no list of labels',
    );
    const subset = { perClass: 1 };
    await refuses(open('table', { ...text, subset }), ConfigError, 'subset.perClass: the samples have no labels, or');
  });

  test('takes the columns that it is told to', async () => {
    const data = await open('table', { path: at('tables/words.csv'), text: 'speaker', label: 'speaker' });
    expect([data.classes, (await data.read(0)).transcript]).toEqual([Array.from({ length: 9 }, (_, i) => `${i}`), '7']);
    await refuses(open('table', { path: at('tables/words.csv'), text: 'words' }), ConfigError, "no column 'words'");
    await refuses(open('table', { path: at('tables/words.csv'), classes: ['a'] }), ConfigError, 'no column of labels');
  });

  test('names file and line of what is wrong', async () => {
    const opening = (name: string) => open('table', { path: at('tables', name) });
    await refuses(opening('half.csv'), SampleError, 'half.csv:3: the label is missing');
    await refuses(opening('quote.csv'), SampleError, 'quote.csv:2: a quoted cell is never closed');
    await refuses(opening('cells.csv'), SampleError, 'cells.csv:2: 3 cells under the 2 columns');
    await refuses(opening('bad.jsonl'), SampleError, 'bad.jsonl:2: not JSON');
    await refuses(opening('empty.csv'), ConfigError, 'lists no recordings');
    await refuses(
      (await opening('gone.csv')).read(0),
      SampleError,
      'clips/c.wav (gone.csv:2): the file does not exist',
    );
  });
});

describe('selection', () => {
  test('drops recordings by their length, and keeps those that cannot be read to say so', async () => {
    write(at('lengths'), { 'a.wav': sound(400), 'b.wav': sound(1600), 'c.wav': sound(3200), 'd.wav': 'torn' });
    const kept = await open('folder', { path: at('lengths'), minSeconds: 0.1, maxSeconds: 0.15 });
    expect(Array.from({ length: kept.size }, (_, i) => kept.name(i))).toEqual([
      at('lengths/b.wav'),
      at('lengths/d.wav'),
    ]);
    await refuses(kept.read(1) as Promise<unknown>, SampleError, 'd.wav: this is not a recording');
    await refuses(
      open('folder', { path: at('lengths'), minSeconds: 1, range: [0, 3] }),
      ConfigError,
      'minSeconds: no recording is left of 3',
    );
  });

  test('draws a part of each class, or the rest', async () => {
    const waveforms = Array.from({ length: 10 }, () => new Float32Array(500));
    const labels = waveforms.map((_, i) => i % 2);
    const data = arrayDataset({ waveforms, labels });
    const subset = { perClass: 2, seed: 1, complement: false };
    const [drawn, rest] = [
      await selectRecordings(data, { subset }),
      await selectRecordings(data, { subset: { ...subset, complement: true } }),
    ];
    expect([drawn.size, rest.size]).toEqual([4, 6]);
    const names = [drawn, rest].flatMap((part) => Array.from({ length: part.size }, (_, i) => part.name(i)));
    expect(new Set(names).size).toBe(10);
  });
});

test('recordings in memory are resampled and keep their labels', async () => {
  const data = arrayDataset({ waveforms: [new Float32Array(800)], rate: 8000, labels: [1], transcripts: ['x'] });
  expect(await data.length!(0)).toBe(1600);
  expect(await data.read(0)).toMatchObject({ name: 'array[0]', label: 1, transcript: 'x', samples: 1600 });
  const lists = arrayDataset({ waveforms: [new Float32Array(500), new Float32Array(500)], labels: [[], [2, 0]] });
  expect([lists.classes, lists.label]).toEqual([['0', '1', '2'], undefined]);
  expect((await lists.read(1)).labels).toEqual(Int32Array.of(2, 0));
  const wrong = { waveforms: [new Float32Array(500)], labels: [[0, 2]], classes: ['a', 'b'] };
  expect(() => arrayDataset(wrong)).toThrow('array[0]: label 2 is not a class in [0, 2)');
  expect(() => arrayDataset({ waveforms: [], labels: [1] })).toThrow('array: 1 labels for 0 recordings');
});

test('a command names files and folders', async () => {
  write(at('named'), { 'a.wav': sound(500), 'more/b.wav': sound(600) });
  const data = await openFiles([at('named/more/b.wav'), at('named')]);
  expect(await all(data)).toEqual([600, 500, 600].map((samples) => [undefined, samples, samples]));
  await refuses(openFiles([at('named/c.wav')]), SampleError, 'c.wav: the file does not exist');
});
