import { completeLock, missingOptional, platform } from '../lock/complete.mjs';
import { readJson, workspaceRoot } from './support/workspace.js';

type Lock = Parameters<typeof completeLock>[0];

const nested: () => Lock = () => ({
  packages: {
    '': {},
    'node_modules/tool': { version: '2.0.0', dev: true, optionalDependencies: { '@tool/darwin-arm64': '2.0.0' } },
    'node_modules/user/node_modules/tool': {
      version: '1.0.0',
      optionalDependencies: { '@tool/linux-x64-musl': '1.0.0' },
    },
    'node_modules/@tool/linux-x64-musl': { version: '2.0.0' },
  },
});

test('package-lock.json names the packages of every platform (else: npm run lock)', async () => {
  expect(missingOptional(await readJson<Lock>(workspaceRoot, 'package-lock.json'))).toEqual([]);
});

test('a package of another platform is added beside the one that wants it', () => {
  const lock = nested();
  expect(completeLock(lock).map(({ path }) => path)).toEqual(['node_modules/@tool/darwin-arm64']);
  expect(lock.packages['node_modules/@tool/darwin-arm64']).toEqual({
    version: '2.0.0',
    cpu: ['arm64'],
    os: ['darwin'],
    dev: true,
    optional: true,
  });
  expect(missingOptional(lock)).toEqual([]);
});

test('a package that states no version or platform is refused', () => {
  const wanting = (name: string, version: string): Lock => ({
    packages: { 'node_modules/tool': { version: '1.0.0', optionalDependencies: { [name]: version } } },
  });
  expect(() => completeLock(wanting('@tool/darwin-arm64', '^1.0.0'))).toThrow('asks for ^1.0.0');
  expect(() => completeLock(wanting('@tool/helper', '1.0.0'))).toThrow('states no platform');
});

test.each([
  ['@swc/core-linux-arm64-musl', { os: ['linux'], cpu: ['arm64'], libc: ['musl'] }],
  ['@rollup/rollup-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
  ['@rollup/rollup-win32-x64-gnu', { os: ['win32'], cpu: ['x64'] }],
  ['@esbuild/openharmony-arm64', { os: ['openharmony'], cpu: ['arm64'] }],
])('%s is for %j', (name, expected) => {
  expect(platform(name)).toEqual(expected);
});
