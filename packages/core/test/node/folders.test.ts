import { mkdirSync, symlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { ConfigError, folderFields, SampleError } from '../../src/index.js';
import { namedFiles, readFolder, type FileKind } from '../../src/node.js';
import { temporaryFolder } from '../temporary-folder.js';

const files = temporaryFolder();
const notes: FileKind = { noun: 'notes', extensions: ['.txt', '.txt.gz'] };
const schema = z.strictObject(folderFields);
const read = async (name: string, options: object = {}) => {
  const found = await readFolder(schema.parse({ path: files.path(name), ...options }), notes);
  return { ...found, files: found.files.map(({ path, label }) => [basename(path), label]) };
};

beforeAll(() => {
  for (const name of ['cats/b.txt', 'cats/a.TXT', 'cats/deep/c.txt.gz', 'dogs/only.txt', 'dogs/.hidden.txt', 'x.md']) {
    files.write(`pets/${name}`, 'x');
  }
  files.write('pets/cats/c.gz', 'x');
  for (const name of ['3.txt', '10.txt', 'sub/1.txt']) files.write(`plain/${name}`, 'x');
});

describe('a folder', () => {
  test('of class folders is read class by class, in alphabetical order', async () => {
    expect(await read('pets')).toEqual({
      files: [
        ['a.TXT', 0],
        ['b.txt', 0],
        ['c.txt.gz', 0],
        ['only.txt', 1],
      ],
      classes: ['cats', 'dogs'],
      ignored: 2,
    });
  });

  test('has the classes that are listed, in that order', async () => {
    const { files: found, classes } = await read('pets', { classes: ['dogs', 'cats'] });
    expect([classes, found[0]]).toEqual([
      ['dogs', 'cats'],
      ['only.txt', 0],
    ]);
    expect((await read('pets', { classes: ['dogs'] })).files).toHaveLength(1);
    const missing = read('pets', { classes: ['dogs', 'birds'] });
    await expect(missing).rejects.toBeInstanceOf(ConfigError);
    await expect(missing).rejects.toThrow('birds does not exist');
  });

  test('is read without labels, with its subfolders', async () => {
    const { files: found, classes } = await read('plain', { labels: 'none' });
    expect([found, classes]).toEqual([
      [
        ['10.txt', undefined],
        ['3.txt', undefined],
        ['1.txt', undefined],
      ],
      undefined,
    ]);
    expect((await read('plain/sub')).classes).toBeUndefined();
    expect((await read('pets', { labels: 'none' })).files).toHaveLength(4);
    await expect(read('pets', { labels: 'none', classes: ['cats'] })).rejects.toThrow('with labels: none');
  });

  test('that holds files beside folders of files asks what is meant', async () => {
    const mixed = read('plain');
    await expect(mixed).rejects.toBeInstanceOf(ConfigError);
    await expect(mixed).rejects.toThrow('holds 2 notes beside folders of notes (sub, …)');
    await expect(mixed).rejects.toThrow('labels: none');
    expect((await read('plain', { labels: 'folders' })).classes).toEqual(['sub']);
  });

  test('is followed through links, but not in circles', async () => {
    mkdirSync(files.path('linked/x'), { recursive: true });
    symlinkSync(files.path('pets/cats'), files.path('linked/x/cats'));
    symlinkSync(files.path('linked'), files.path('linked/x/again'));
    symlinkSync(files.path('nothing'), files.path('linked/x/broken.txt'));
    const { files: found, classes, ignored } = await read('linked');
    expect([found.length, classes, ignored]).toEqual([3, ['x'], 2]);
  });

  test.each([
    ['missing', /missing does not exist/],
    ['empty', /no notes in .*empty\n.*\.txt, \.txt\.gz/],
    ['other', /no notes in .*other, only 1 other files/],
    ['hollow', /no notes in .*hollow\/void/],
    ['file.txt', /is not a folder/],
  ])('that is %s is refused', async (name, message) => {
    mkdirSync(files.path('empty'), { recursive: true });
    mkdirSync(files.path('hollow/void'), { recursive: true });
    for (const path of ['other/a.md', 'hollow/full/a.txt', 'file.txt']) files.write(path, 'x');
    await expect(read(name)).rejects.toBeInstanceOf(ConfigError);
    await expect(read(name)).rejects.toThrow(message);
  });
});

describe('named files', () => {
  test('keep their order and any extension; a folder stands for its files', async () => {
    const odd = files.write('odd.bin', 'x');
    const named = await namedFiles([odd, files.path('pets/cats')], notes);
    expect(named.map((path) => basename(path))).toEqual(['odd.bin', 'a.TXT', 'b.txt', 'c.txt.gz']);
  });

  test('must be there', async () => {
    await expect(namedFiles([files.path('none')], notes)).rejects.toThrow('none: the file does not exist');
    await expect(namedFiles([files.path('none')], notes)).rejects.toBeInstanceOf(SampleError);
    files.write('vacant/a.md', 'x');
    await expect(namedFiles([files.path('vacant')], notes)).rejects.toThrow(/no notes in .*vacant, only 1 other files/);
    await expect(namedFiles([], notes)).rejects.toBeInstanceOf(ConfigError);
  });
});
