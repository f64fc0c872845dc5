import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, resolved?: string, link?: boolean, optional?: boolean,
 *   devOptional?: boolean, peer?: boolean }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} Lock
 */

/**
 * Why the installed dependencies are not those of package-lock.json, or nothing. npm writes what it installed to
 * `node_modules/.package-lock.json` as its last act, so an interrupted installation counts as missing.
 *
 * @param {string} root folder of the repository
 * @returns {string | undefined}
 */
export function staleDependencies(root) {
  const installedPath = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedPath)) return 'they are not installed';
  const wanted = readLock(join(root, 'package-lock.json'));
  const installed = readLock(installedPath);
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (!path.includes('node_modules/')) continue; // the repository's own packages
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const got = installed.packages[path];
    if (!got) {
      if (entry.optional || entry.devOptional) continue; // of another platform
      return `${name} is missing`;
    }
    if (got.version !== entry.version) return `${name} is ${got.version}, not ${entry.version}`;
    if (got.integrity !== entry.integrity) return `${name} ${got.version} has other contents`;
    if (!existsSync(join(root, path))) return `${name} is missing`;
  }
  return undefined;
}

/**
 * Runs `npm ci` where the dependencies are missing or stale.
 *
 * @param {string} root folder of the repository
 * @param {typeof run} start
 * @throws Error when npm fails, with what to do
 */
export function installDependencies(root, start = run) {
  const reason = staleDependencies(root);
  if (!reason) return;
  console.log(`Installing dependencies (${reason}); this takes a minute or two …`);
  const npm = npmCommand();
  const { status, error } = start(
    npm.command,
    [...npm.arguments, 'ci', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      shell: npm.shell,
    },
  );
  if (status === 0) return;
  const what = error
    ? `npm did not start (${error.message})`
    : `npm ci failed with exit status ${status}; its message is above`;
  throw new Error(`${what}\n  → check the network and the proxy settings of npm, then run the same command again`);
}

/** npm as it was started, else the one on the path. */
function npmCommand() {
  const script = process.env['npm_execpath'];
  if (script && /npm-cli\.[cm]?js$/.test(script))
    return { command: process.execPath, arguments: [script], shell: false };
  const windows = process.platform === 'win32';
  return { command: windows ? 'npm.cmd' : 'npm', arguments: [], shell: windows };
}

/**
 * @param {string} path
 * @returns {Lock}
 */
function readLock(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
