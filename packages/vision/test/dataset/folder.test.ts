import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ConfigError, SampleError } from '@d2v/core';
import { imageDatasets } from '../../src/dataset/index.js';
import { openFiles, openFolder } from '../../src/node.js';
import { image, rejection, temporaryFolder } from './files.js';

const files = temporaryFolder();
const open = (options: object) => openFolder(imageDatasets.folder.schema.parse(options));

beforeAll(async () => {
  for (const name of ['cats/b.png', 'cats/a.JPG', 'cats/deep/c.png', 'dogs/only.png', 'dogs/.hidden.png']) {
    await files.write(`pets/${name}`, await image());
  }
  await files.write('pets/cats/readme.txt', 'not an image');
  await files.write('pets/list.csv', 'not an image');
});

describe('folder reader', () => {
  test('reads class folders in alphabetical order, whatever order the disk has', async () => {
    const data = await open({ path: files.path('pets') });
    expect(data.classes).toEqual(['cats', 'dogs']);
    const names = Array.from({ length: data.size }, (_, index) => basename(data.name(index)));
    expect(names).toEqual(['a.JPG', 'b.png', 'c.png', 'only.png']);
    expect([0, 1, 2, 3].map((index) => data.label!(index))).toEqual([0, 0, 0, 1]);
    expect(await data.read(3)).toMatchObject({ label: 1, width: 4, height: 3 });
    expect(await data.read(0)).toMatchObject({ label: 0 }); // a PNG called .JPG
  });

  test('counts what is not an image', async () => {
    expect((await open({ path: files.path('pets') })).ignored).toBe(2);
  });

  test('reads all images below the folder without labels', async () => {
    const data = await open({ path: files.path('pets'), labels: 'none' });
    expect([data.size, data.classes, data.label]).toEqual([4, undefined, undefined]);
    expect((await data.read(0)).label).toBeUndefined();
  });

  test('says that there are no images', async () => {
    await files.write('textual/a.txt', 'x');
    const error = await rejection(open({ path: files.path('textual') }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/no images in .*textual, only 1 other files\n.*\.jpg, \.jpeg, \.png/);
  });

  test('selects', async () => {
    expect((await open({ path: files.path('pets'), subset: { perClass: 1 } })).size).toBe(2);
    expect((await open({ path: files.path('pets'), limit: 3 })).size).toBe(3);
  });

  test('names a file that vanished, cannot be read, is empty or broken', async () => {
    for (const name of ['gone', 'broken', 'hollow', 'locked']) await files.write(`bad/${name}.png`, await image());
    const data = await open({ path: files.path('bad') });
    await rm(files.path('bad/gone.png'));
    await writeFile(files.path('bad/hollow.png'), '');
    await writeFile(files.path('bad/broken.png'), 'not a PNG');
    await rm(files.path('bad/locked.png'));
    await mkdir(files.path('bad/locked.png')); // what no user may read as a file, not even root
    const problems = ['not a readable image', 'the file does not exist', 'the file is empty', 'this is a folder'];
    for (const [index, problem] of problems.entries()) {
      const error = await rejection(data.read(index));
      expect(error).toBeInstanceOf(SampleError);
      expect((error as SampleError).sample).toBe(data.name(index));
      expect(error.message).toContain(problem);
    }
  });

  test('names a file without the right to read it', async () => {
    const path = await files.write('secret/a.png', await image());
    const data = await open({ path: files.path('secret') });
    await chmod(path, 0);
    if (process.getuid?.() === 0) {
      expect(await data.read(0)).toMatchObject({ width: 4 }); // root may read everything
    } else {
      expect((await rejection(data.read(0))).message).toMatch(/permission denied/);
    }
  });
});

describe('files of the command line', () => {
  test('keep their order; a folder stands for its images', async () => {
    const odd = await files.write('odd.bin', await image());
    const data = await openFiles([odd, files.path('pets/cats')]);
    expect([data.size, data.classes]).toEqual([4, undefined]);
    expect(await data.read(0)).toMatchObject({ name: odd, width: 4 });
  });

  test('must be there', async () => {
    expect((await rejection(openFiles([files.path('none.png')]))).message).toMatch(
      /none\.png: the file does not exist/,
    );
    await mkdir(files.path('vacant'), { recursive: true });
    expect(await rejection(openFiles([files.path('vacant')]))).toBeInstanceOf(ConfigError);
    expect(await rejection(openFiles([]))).toBeInstanceOf(ConfigError);
  });
});
