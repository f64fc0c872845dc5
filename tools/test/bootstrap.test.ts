import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { jest } from '@jest/globals';
import { build, needsBuild } from '../bootstrap/build.mjs';
import { installDependencies, staleDependencies } from '../bootstrap/dependencies.mjs';
import { prepareNative, remember } from '../bootstrap/native.mjs';
import { nodeProblem } from '../bootstrap/node-version.mjs';
import type { run } from '../bootstrap/run.mjs';
import { command, temporaryFolder, workspaceRoot } from './support/workspace.js';

const folder = temporaryFolder();

async function write(root: string, path: string, content: unknown = ''): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

/** A command that ends at once, as told. */
const ending = (status: number | null, error?: Error) =>
  jest.fn<typeof run>(() => ({ status, error, output: 'what it printed' }));

let log: jest.SpiedFunction<typeof console.log>;

beforeEach(() => {
  log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
});

afterEach(() => jest.restoreAllMocks());

describe('Node.js', () => {
  test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('%s will do', (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });

  test.each(['20.18.3', '18.20.4'])('%s is refused, with the version that will do', (version) => {
    expect(nodeProblem(version)).toMatch(`${version}, but 20.19 or later`);
  });
});

describe('dependencies', () => {
  const entry = { version: '1.2.3', integrity: 'sha512-a' };
  const other = { version: '1.0.0', integrity: 'sha512-b', optional: true, os: ['aix'] };

  async function repository(installed: object | undefined): Promise<string> {
    const root = await folder();
    const packages = { '': {}, 'packages/core': {}, 'node_modules/left': entry, 'node_modules/of-aix': other };
    await write(root, 'package-lock.json', { packages });
    await write(root, 'node_modules/left/package.json', '{}');
    if (installed) await write(root, 'node_modules/.package-lock.json', { packages: installed });
    return root;
  }

  test('in place are left alone, in silence, whatever else is installed', async () => {
    const root = await repository({ 'node_modules/left': entry, 'node_modules/extra': entry });
    const start = ending(0);
    installDependencies(root, start);
    expect(start).not.toHaveBeenCalled();
    expect(log).not.toHaveBeenCalled();
  });

  test.each([
    ['never installed', undefined, 'they are not installed'],
    ['without a package', {}, 'left is missing'],
    ['with another version', { 'node_modules/left': { ...entry, version: '1.2.2' } }, 'left is 1.2.2, not 1.2.3'],
    [
      'with other contents',
      { 'node_modules/left': { ...entry, integrity: 'sha512-c' } },
      'left 1.2.3 has other contents',
    ],
  ])('%s are installed with npm ci, and it says why', async (_, installed, reason) => {
    const root = await repository(installed);
    const start = ending(0);
    installDependencies(root, start);
    expect(start).toHaveBeenCalledTimes(1);
    expect(start.mock.calls[0]![1]).toContain('ci');
    expect(start.mock.calls[0]![2]).toMatchObject({ cwd: root });
    expect(log.mock.calls.join()).toContain(reason);
  });

  test('whose folder was removed are missing', async () => {
    const root = await repository({ 'node_modules/left': entry });
    await rm(join(root, 'node_modules/left'), { recursive: true });
    expect(staleDependencies(root)).toBe('left is missing');
  });

  test('that npm cannot install end the bootstrap, with what to do', async () => {
    const root = await repository(undefined);
    expect(() => installDependencies(root, ending(7))).toThrow(/exit status 7.*\n.*network/);
    expect(() => installDependencies(root, ending(null, new Error('ENOENT npm')))).toThrow(
      /did not start \(ENOENT npm\)/,
    );
  });
});

describe('build', () => {
  const stampOf = (root: string): string => join(root, 'node_modules/.cache/d2v/built');

  async function built(): Promise<string> {
    const root = await folder();
    for (const path of ['src/index.ts', 'src/deep/part.ts', 'tsup.config.mjs', 'dist/index.js']) {
      await write(root, `packages/core/${path}`);
    }
    for (const path of ['src', 'src/deep', 'src/index.ts', 'src/deep/part.ts', 'tsup.config.mjs']) {
      await utimes(join(root, 'packages/core', path), 1000, 1000);
    }
    build(root, ending(0));
    return root;
  }

  test('is done once, and then nothing is started', async () => {
    const root = await built();
    const start = ending(0);
    build(root, start);
    expect(start).not.toHaveBeenCalled();
  });

  test.each([
    ['a source changed', (root: string) => utimes(join(root, 'packages/core/src/deep/part.ts'), 3e9, 3e9)],
    ['a source was removed', (root: string) => rm(join(root, 'packages/core/src/deep/part.ts'))],
    ['the dependencies changed', (root: string) => write(root, 'package-lock.json', '{}')],
    ['what was built is gone', (root: string) => rm(join(root, 'packages/core/dist'), { recursive: true })],
    ['a package came', (root: string) => write(root, 'packages/new/tsup.config.mjs')],
  ])('is done again when %s', async (_, change) => {
    const root = await built();
    expect(needsBuild(root, stampOf(root))).toBe(false);
    await change(root);
    expect(needsBuild(root, stampOf(root))).toBe(true);
  });

  test('that fails shows its output, and is done again the next time', async () => {
    const root = await folder();
    await write(root, 'packages/core/tsup.config.mjs');
    const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(() => build(root, ending(1))).toThrow('the build failed');
    expect(error).toHaveBeenCalledWith('what it printed');
    expect(needsBuild(root, stampOf(root))).toBe(true);
  });
});

describe('native TensorFlow', () => {
  test.each([0, 3])('that loads, or says why it does not (exit status %d), leaves nothing to say', async (status) => {
    prepareNative(await folder(), ending(status));
    expect(log).not.toHaveBeenCalled();
  });

  test.each([1, 139, null])('that crashes with %p is one line, and all goes on', async (status) => {
    prepareNative(await folder(), ending(status));
    expect(log).toHaveBeenCalledTimes(1);
    expect(log.mock.calls.join()).toMatch(/^Native TensorFlow is not available: .* WebAssembly/);
  });

  test('that loaded is not loaded again while it is there', async () => {
    const root = await folder();
    const memory = join(root, 'node_modules/.cache/d2v/native');
    await write(root, 'tensorflow/package.json');
    remember(memory, join(root, 'tensorflow'));
    const start = ending(0);
    prepareNative(root, start);
    expect(start).not.toHaveBeenCalled();
    await rm(join(root, 'tensorflow'), { recursive: true });
    prepareNative(root, start);
    expect(start).toHaveBeenCalledTimes(1);
  });
});

test('bootstrap says nothing where all is in place', async () => {
  expect(await command(process.execPath, ['tools/bootstrap.mjs'], workspaceRoot)).toEqual({ status: 0, output: '' });
});
