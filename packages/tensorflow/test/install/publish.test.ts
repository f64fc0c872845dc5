import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publish, setAside } from '../../src/install/publish.js';
import { temporaryFolder } from '../support/folders.js';

const isWhole = async (folder: string): Promise<boolean> => existsSync(join(folder, 'last'));

/** Writes two files with a pause between; `seen` is called in the pause, when the build is half done. */
function slowBuild(name: string, seen: () => Promise<void> | void = () => undefined) {
  return async (folder: string): Promise<void> => {
    await writeFile(join(folder, 'first'), name);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await seen();
    await writeFile(join(folder, 'last'), name);
  };
}

describe('publish', () => {
  test('shows nothing at the target before the build is whole', async () => {
    const target = join(temporaryFolder(), 'builds', 'key');
    const seen: boolean[] = [];
    await publish(target, { build: slowBuild('a', () => void seen.push(existsSync(target))), isWhole });
    expect(seen).toEqual([false]);
    expect(await isWhole(target)).toBe(true);
  });

  test('of two builds at the same time one is used by both, whole', async () => {
    const target = join(temporaryFolder(), 'key');
    let waiting = 0;
    let release: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (release = resolve));
    const meet = () => (++waiting === 2 ? release() : both);
    const own = await Promise.all([
      publish(target, { build: slowBuild('a', meet), isWhole }),
      publish(target, { build: slowBuild('b', meet), isWhole }),
    ]);
    expect(own.filter(Boolean)).toHaveLength(1);
    const winner = own[0] ? 'a' : 'b';
    expect(await readFile(join(target, 'first'), 'utf8')).toBe(winner);
    expect(await readFile(join(target, 'last'), 'utf8')).toBe(winner);
    expect(await readdir(join(target, '..'))).toEqual(['key']);
  });

  test('replaces a damaged folder', async () => {
    const target = join(temporaryFolder(), 'key');
    await mkdir(target);
    await writeFile(join(target, 'first'), 'cut off');
    expect(await publish(target, { build: slowBuild('new'), isWhole })).toBe(true);
    expect(await readFile(join(target, 'first'), 'utf8')).toBe('new');
  });

  test('a failed build leaves nothing behind', async () => {
    const parent = temporaryFolder();
    const build = () => Promise.reject(new Error('no compiler'));
    await expect(publish(join(parent, 'key'), { build, isWhole })).rejects.toThrow('no compiler');
    expect(await readdir(parent)).toEqual([]);
  });

  test('removes what a killed installation left a day ago, not what another one writes now', async () => {
    const parent = temporaryFolder();
    await mkdir(join(parent, '.old'));
    await mkdir(join(parent, '.new'));
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(join(parent, '.old'), yesterday, yesterday);
    await publish(join(parent, 'key'), { build: slowBuild('a'), isWhole });
    expect((await readdir(parent)).sort()).toEqual(['.new', 'key']);
  });
});

test('setAside removes a folder, and does nothing when another process was faster', async () => {
  const target = join(temporaryFolder(), 'key');
  await mkdir(target);
  await Promise.all([setAside(target), setAside(target)]);
  expect(existsSync(target)).toBe(false);
});
