import { homedir } from 'node:os';
import { isAbsolute, join, posix, resolve, win32 } from 'node:path';
import { OFFICIAL_TENSORFLOW_VERSION, TENSORFLOW_VERSION, TFJS_NODE_VERSION } from './versions.js';

/** Where a build's TensorFlow library comes from: the `tensorflow` wheel, or the storage bucket of tfjs-node. */
export type LibrarySource = 'wheel' | 'official';

/** What a build was made for; a build is used only where all of it is equal. */
export interface BuildTarget {
  readonly gpu: boolean;
  readonly source: LibrarySource;
  /** `process.versions.modules`. Default: this process's. */
  readonly abi?: string;
  /** Default: this process's. */
  readonly platform?: string;
  /** Default: this process's. */
  readonly arch?: string;
}

/**
 * The folder that d2v keeps downloads and builds in: `D2V_CACHE` if set, else the user's cache folder
 * (`$XDG_CACHE_HOME/d2v`, `~/.cache/d2v`, `~/Library/Caches/d2v`, `%LOCALAPPDATA%\d2v\Cache`).
 */
export function cacheDirectory(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (environment['D2V_CACHE']) return resolve(environment['D2V_CACHE']);
  if (platform === 'win32') {
    return win32.join(environment['LOCALAPPDATA'] || win32.join(home, 'AppData', 'Local'), 'd2v', 'Cache');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Caches', 'd2v');
  const xdg = environment['XDG_CACHE_HOME'];
  return posix.join(xdg && isAbsolute(xdg) ? xdg : posix.join(home, '.cache'), 'd2v');
}

/** A build's folder name: versions, ABI, platform and architecture. */
export function buildKey(target: BuildTarget): string {
  const { gpu, source, abi = process.versions.modules, platform = process.platform, arch = process.arch } = target;
  const binding = `tfjs-node${gpu ? '-gpu' : ''}-${TFJS_NODE_VERSION}`;
  const library =
    source === 'wheel' ? `tensorflow-${TENSORFLOW_VERSION}` : `libtensorflow-${OFFICIAL_TENSORFLOW_VERSION}`;
  return [binding, library, `abi-${abi}`, platform, arch].join('_');
}

/** The folder of one build, whether it exists or not. */
export function buildDirectory(cache: string, target: BuildTarget): string {
  return join(cache, 'tensorflow', buildKey(target));
}

/** The folder that downloaded wheels are kept in. */
export function wheelDirectory(cache: string): string {
  return join(cache, 'wheels');
}
