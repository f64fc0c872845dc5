import { existsSync, readdirSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installTensorFlow } from '../../src/install/install.js';
import { ProgressReporter, STAGES, type InstallProgress } from '../../src/install/progress.js';
import { assertWheelPlatform, findBuildTools, npmEnvironment } from '../../src/install/tools.js';
import { temporaryFolder } from '../support/folders.js';

/** A PATH that holds only the named programs, each of which succeeds. */
async function pathWith(...names: string[]): Promise<string> {
  const folder = temporaryFolder();
  for (const name of names) {
    await writeFile(join(folder, name), '#!/bin/sh\nexit 0\n');
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

describe('installTensorFlow where something is missing', () => {
  test('with an empty PATH it names every tool and how to get it, and downloads nothing', async () => {
    const cache = temporaryFolder();
    const stages: string[] = [];
    const path = await pathWith('npm'); // npm comes with Node.js, so that it is found even then
    const installing = installTensorFlow({
      source: 'wheel',
      cacheDirectory: cache,
      environment: { PATH: path },
      onProgress: ({ stage }) => stages.push(stage),
    });
    await expect(installing).rejects.toMatchObject({
      name: 'BackendError',
      message: expect.stringMatching(/missing Python 3 with pip, make, a C\+\+ compiler/),
      hint: expect.stringContaining('apt-get install'),
    });
    expect(readdirSync(cache)).toEqual([]);
    expect(new Set(stages)).toEqual(new Set(['check']));
  });

  test('names only what is missing', async () => {
    const tools = async (...names: string[]) => findBuildTools({ environment: { PATH: await pathWith(...names) } });
    await expect(tools('make', 'g++')).rejects.toThrow(/missing Python 3 with pip\n/);
    await expect(tools('python3', 'clang++')).rejects.toThrow(/missing make\n/);
    await expect(tools('python3', 'make')).rejects.toThrow(/missing a C\+\+ compiler \(g\+\+ or clang\+\+\)\n/);
    expect(await tools('python', 'gmake', 'c++')).toEqual({ python: ['python'] });
  });

  test('stops at once when it was aborted before', async () => {
    const cache = temporaryFolder();
    const aborted = installTensorFlow({
      source: 'wheel',
      cacheDirectory: cache,
      signal: AbortSignal.abort(new Error('no')),
    });
    await expect(aborted).rejects.toThrow('no');
    expect(existsSync(join(cache, 'tensorflow'))).toBe(false);
  });
});

describe('assertWheelPlatform', () => {
  test.each([
    ['darwin', 'arm64', null, 'this is darwin'],
    ['linux', 'riscv64', '2.36', 'no wheel for riscv64'],
    ['linux', 'x64', null, 'needs glibc'],
  ])('%s %s with glibc %s is refused with the reason', (platform, arch, glibc, reason) => {
    expect(() => assertWheelPlatform(platform, arch, glibc)).toThrow(reason);
  });

  test('Linux with glibc passes', () => {
    expect(() => assertWheelPlatform('linux', 'arm64', '2.36')).not.toThrow();
  });
});

test("a nested npm does not inherit what belongs to the npm command that runs d2v, but keeps the user's settings", () => {
  const nested = npmEnvironment({
    npm_config_workspace: 'a',
    npm_config_dry_run: 'true',
    npm_config_registry: 'https://r',
    PATH: '/bin',
  });
  expect(nested).toEqual({ npm_config_registry: 'https://r', PATH: '/bin' });
});

describe('ProgressReporter', () => {
  test('passes through all stages without going back, and ends at 1', () => {
    const seen: InstallProgress[] = [];
    const progress = new ProgressReporter((event) => seen.push(event));
    for (const stage of STAGES) {
      progress.enter(stage, stage);
      for (const done of [0.5, 0.2, 3]) progress.update(done);
    }
    progress.finish('done');
    const fractions = seen.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(seen.at(-1)).toEqual({ stage: 'verify', fraction: 1, message: 'done' });
    expect([...new Set(seen.map(({ stage }) => stage))]).toEqual([...STAGES]);
  });
});
