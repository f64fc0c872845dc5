import { buildDirectory, buildKey, cacheDirectory } from '../src/cache.js';

describe('cacheDirectory', () => {
  test('D2V_CACHE wins everywhere', () => {
    expect(cacheDirectory({ D2V_CACHE: '/data/d2v', XDG_CACHE_HOME: '/xdg' }, 'linux', '/home/ada')).toBe('/data/d2v');
  });

  test('follows the habits of each system', () => {
    expect(cacheDirectory({}, 'linux', '/home/ada')).toBe('/home/ada/.cache/d2v');
    expect(cacheDirectory({ XDG_CACHE_HOME: '/xdg' }, 'linux', '/home/ada')).toBe('/xdg/d2v');
    expect(cacheDirectory({}, 'darwin', '/Users/ada')).toBe('/Users/ada/Library/Caches/d2v');
    expect(cacheDirectory({ LOCALAPPDATA: 'C:\\Local' }, 'win32', 'C:\\Users\\ada')).toBe('C:\\Local\\d2v\\Cache');
    expect(cacheDirectory({}, 'win32', 'C:\\Users\\ada')).toBe('C:\\Users\\ada\\AppData\\Local\\d2v\\Cache');
  });

  test('a relative XDG_CACHE_HOME is ignored, as its specification says', () => {
    expect(cacheDirectory({ XDG_CACHE_HOME: 'cache' }, 'linux', '/home/ada')).toBe('/home/ada/.cache/d2v');
  });
});

describe('buildKey', () => {
  const target = { gpu: false, source: 'wheel', abi: '115', platform: 'linux', arch: 'x64' } as const;

  test('names everything that a build depends on', () => {
    expect(buildKey(target)).toBe('tfjs-node-4.22.0_tensorflow-2.21.0_abi-115_linux_x64');
  });

  test('differs in every part', () => {
    const keys = [
      target,
      { ...target, gpu: true },
      { ...target, source: 'official' as const },
      { ...target, abi: '127' },
      { ...target, platform: 'darwin' },
      { ...target, arch: 'arm64' },
    ].map(buildKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('defaults to this process', () => {
    expect(buildDirectory('/cache', { gpu: false, source: 'wheel' })).toContain(
      `abi-${process.versions.modules}_${process.platform}_${process.arch}`,
    );
  });
});
