import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';

/** What a build reads besides the packages' own files. */
const SHARED = ['package-lock.json', 'tsconfig.base.json', 'nx.json', 'tools/build'];

/** What a package's build reads. */
const SOURCES = ['src', 'package.json', 'tsconfig.json', 'tsup.config.mjs'];

/**
 * Builds every package below packages/ through Nx, which builds only what changed. Nx itself takes seconds to find that
 * nothing did; so a stamp is kept, and nothing is started while no source is newer than it.
 *
 * @param {string} root folder of the repository
 * @param {typeof run} start
 * @throws Error when a build fails; its output has been shown
 */
export function build(root, start = run) {
  const stamp = join(root, 'node_modules', '.cache', 'd2v', 'built');
  if (!needsBuild(root, stamp)) return;
  const before = new Date(); // a file that is written while the build runs is newer than the stamp
  console.log('Building the packages …');
  const nx = join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
  const { status, output } = start(process.execPath, [nx, 'run-many', '-t', 'build', '--projects=packages/*'], {
    cwd: root,
    env: { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' },
    quiet: true,
  });
  if (status !== 0) {
    console.error(output);
    throw new Error('the build failed; its output is above');
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, `${before.toISOString()}\n`);
}

/** Milliseconds by which a file's time may lag behind the clock. */
const TICK = 20;

/**
 * Whether a package has no `dist` or a source that is newer than the stamp.
 *
 * @param {string} root folder of the repository
 * @param {string} stamp file that holds when the last build began
 */
export function needsBuild(root, stamp) {
  if (!existsSync(stamp)) return true;
  const since = Date.parse(readFileSync(stamp, 'utf8').trim()) - TICK;
  const packages = packageFolders(root);
  if (packages.some((folder) => !existsSync(join(folder, 'dist')))) return true;
  const sources = [
    ...SHARED.map((path) => join(root, path)),
    ...packages.flatMap((folder) => SOURCES.map((path) => join(folder, path))),
  ];
  return sources.some((path) => existsSync(path) && isNewer(path, since));
}

/**
 * The folders below packages/ that are built.
 *
 * @param {string} root
 */
function packageFolders(root) {
  const folder = join(root, 'packages');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.map((name) => join(folder, name)).filter((path) => existsSync(join(path, 'tsup.config.mjs')));
}

/**
 * Whether a file, or anything in a folder, changed after `since`; a folder changes when something in it is removed.
 *
 * @param {string} path
 * @param {number} since in milliseconds
 * @returns {boolean}
 */
function isNewer(path, since) {
  const entry = statSync(path);
  if (!(entry.mtimeMs < since)) return true;
  return entry.isDirectory() && readdirSync(path).some((name) => isNewer(join(path, name), since));
}
