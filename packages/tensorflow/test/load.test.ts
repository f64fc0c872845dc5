import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildDirectory } from '../src/cache.js';
import { loadTensorFlow } from '../src/load.js';
import { addonPath, locateTensorFlow, packageDirectory } from '../src/locate.js';
import { defineRemovedUtilities } from '../src/node-shims.js';
import type { NodePackage } from '../src/versions.js';
import { temporaryFolder } from './support/folders.js';

/** A package folder as npm leaves it; `addon` is the content of its native addon, absent where the script failed. */
function fakePackage(directory: string, addon?: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "name": "fake", "version": "4.22.0" }');
  if (addon === undefined) return;
  mkdirSync(dirname(addonPath(directory)), { recursive: true });
  writeFileSync(addonPath(directory), addon);
}

const installed = (application: string, name: NodePackage): string =>
  join(application, 'node_modules', ...name.split('/'));
const cached = (cache: string, gpu: boolean, source: 'wheel' | 'official'): string =>
  packageDirectory(buildDirectory(cache, { gpu, source }), gpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node');

describe('locateTensorFlow', () => {
  const application = temporaryFolder();
  const cache = temporaryFolder();
  fakePackage(installed(application, '@tensorflow/tfjs-node'));
  fakePackage(installed(application, '@tensorflow/tfjs-node-gpu'));
  fakePackage(cached(cache, false, 'official'));
  fakePackage(cached(cache, false, 'wheel'));
  fakePackage(cached(cache, true, 'wheel'));
  const locate = (gpu?: boolean) =>
    locateTensorFlow({ application, cacheDirectory: cache, gpu }).map(({ directory }) => directory);

  test("takes the application's packages before the cache, the GPU's before the CPU's, the wheel before the official one", () => {
    expect(locate()).toEqual([
      installed(application, '@tensorflow/tfjs-node-gpu'),
      installed(application, '@tensorflow/tfjs-node'),
      cached(cache, true, 'wheel'),
      cached(cache, false, 'wheel'),
      cached(cache, false, 'official'),
    ]);
  });

  test('keeps to the flavour that was asked for', () => {
    expect(locate(true)).toEqual([installed(application, '@tensorflow/tfjs-node-gpu'), cached(cache, true, 'wheel')]);
    expect(locate(false)).not.toContain(installed(application, '@tensorflow/tfjs-node-gpu'));
  });

  test('finds nothing where nothing is', () => {
    expect(locateTensorFlow({ application: temporaryFolder(), cacheDirectory: temporaryFolder() })).toEqual([]);
  });
});

describe('loadTensorFlow', () => {
  test('says that nothing is installed and how to install it', async () => {
    const loading = loadTensorFlow({ application: temporaryFolder(), cacheDirectory: temporaryFolder() });
    await expect(loading).rejects.toMatchObject({
      name: 'BackendError',
      message: expect.stringMatching(/^native TensorFlow is not installed/),
      hint: 'run `d2v setup`',
    });
  });

  test('says why each installed one does not load', async () => {
    const application = temporaryFolder();
    fakePackage(installed(application, '@tensorflow/tfjs-node-gpu'));
    fakePackage(installed(application, '@tensorflow/tfjs-node'), 'not a library');
    const error: Error = await loadTensorFlow({ application, cacheDirectory: temporaryFolder() }).then(
      () => new Error('loaded a text file'),
      (reason: Error) => reason,
    );
    expect(error.message).toContain('installed but does not load');
    expect(error.message).toMatch(/tfjs-node-gpu: its native addon is missing .*install script/);
    expect(error.message).toMatch(/tfjs-node: .*tfjs_binding\.node/);
  });
});

describe('defineRemovedUtilities', () => {
  test('defines what Node.js 23 removed', () => {
    const util: Record<string, (value: unknown) => boolean> = {};
    defineRemovedUtilities(util);
    expect([null, undefined, 0, ''].map(util['isNullOrUndefined']!)).toEqual([true, true, false, false]);
    expect([[], {}].map((value) => util['isArray']!(value))).toEqual([true, false]);
  });

  test('leaves what is there', () => {
    const isArray = () => true;
    const util = { isArray };
    defineRemovedUtilities(util);
    expect(util.isArray).toBe(isArray);
  });
});
