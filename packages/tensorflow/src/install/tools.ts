import { BackendError } from '@d2v/core';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runCommand, succeeds, type Command, type CommandOptions } from './command.js';

/** npm; a package's files come from its registry. */
export async function findNpm(options: CommandOptions): Promise<Command> {
  const { environment = process.env } = options;
  const running = environment['npm_execpath'];
  const candidates: Command[] = [
    ...(running && basename(running).startsWith('npm') ? [[process.execPath, running] as const] : []),
    [process.platform === 'win32' ? 'npm.cmd' : 'npm'],
    [process.execPath, join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js')],
  ];
  const npm = await firstThatRuns(candidates, ['--version'], options);
  if (npm) return npm;
  throw new BackendError('native TensorFlow cannot be installed: npm is missing', {
    hint: 'put the npm that came with Node.js on the PATH',
  });
}

/** What a build against the wheel needs besides npm. */
export interface BuildTools {
  /** A Python 3 that has pip. */
  readonly python: Command;
}

/**
 * @throws BackendError naming every tool that is missing and how to get it, or saying that this platform has no wheel
 */
export async function findBuildTools(options: CommandOptions): Promise<BuildTools> {
  const { environment = process.env } = options;
  const python = await firstThatRuns([['python3'], ['python']], ['-m', 'pip', '--version'], options);
  const make = await firstThatRuns([[environment['MAKE'] || 'make'], ['gmake']], ['--version'], options);
  const compilers = environment['CXX'] ? [environment['CXX']] : ['c++', 'g++', 'clang++'];
  const compiler = await firstThatRuns(
    compilers.map((name) => name.split(' ') as [string, ...string[]]),
    ['--version'],
    options,
  );
  const missing = [
    ...(python ? [] : ['Python 3 with pip']),
    ...(make ? [] : ['make']),
    ...(compiler ? [] : ['a C++ compiler (g++ or clang++)']),
  ];
  if (python && missing.length === 0) return { python };
  throw new BackendError(`native TensorFlow cannot be built here: missing ${missing.join(', ')}`, {
    hint: 'install them (Debian and Ubuntu: `apt-get install python3-pip make g++`; Fedora: `dnf install python3-pip make gcc-c++`) and run `d2v setup` again',
  });
}

/** @throws BackendError on a platform that TensorFlow's wheel does not exist for */
export function assertWheelPlatform(
  platform: string = process.platform,
  arch: string = process.arch,
  glibc: string | null = glibcVersion(),
): void {
  const reason =
    platform !== 'linux'
      ? `TensorFlow's wheel is used on Linux only, this is ${platform}`
      : !['x64', 'arm64'].includes(arch)
        ? `TensorFlow has no wheel for ${arch}`
        : glibc === null
          ? "TensorFlow's wheel needs glibc, and this system (Alpine?) has another C library"
          : undefined;
  if (reason === undefined) return;
  throw new BackendError(`native TensorFlow cannot be built here: ${reason}`, {
    hint: 'd2v also runs without it: backend wasm',
  });
}

/**
 * The folder whose `include/node` holds this Node.js's headers, for node-gyp: npm's `nodedir` setting, else the folder
 * that Node.js was installed to; undefined lets node-gyp download them.
 */
export async function findNodeHeaders(npm: Command, options: CommandOptions): Promise<string | undefined> {
  const { environment = process.env } = options;
  const configured =
    environment['npm_config_nodedir'] || (await runCommand(npm, ['config', 'get', 'nodedir'], options)).trim();
  if (configured && configured !== 'undefined' && configured !== 'null') return configured;
  const installed = dirname(dirname(process.execPath));
  return existsSync(join(installed, 'include', 'node', 'node_api.h')) ? installed : undefined;
}

/** The environment of a nested npm: the user's, without what belongs to the npm command that runs d2v. */
export function npmEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = /^npm_config_(workspaces?|global|location|prefix|local_prefix|dry_run|package_lock_only|omit|include)$/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !own.test(name)));
}

async function firstThatRuns(
  candidates: Command[],
  args: string[],
  options: CommandOptions,
): Promise<Command | undefined> {
  for (const candidate of candidates) if (await succeeds(candidate, args, options)) return candidate;
  return undefined;
}

function glibcVersion(): string | null {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return report?.header?.glibcVersionRuntime ?? null;
}
