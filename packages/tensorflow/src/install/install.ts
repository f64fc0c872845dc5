import { BackendError } from '@d2v/core';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildDirectory, cacheDirectory, wheelDirectory, type LibrarySource } from '../cache.js';
import { addonPath, packageDirectory, type Candidate } from '../locate.js';
import { nodePackage } from '../versions.js';
import { CommandError } from './command.js';
import { buildFromWheel, officialIsReachable, downloadOfficial, type BuildContext } from './build.js';
import { ProgressReporter, type InstallProgress } from './progress.js';
import { publish, setAside } from './publish.js';
import { assertWheelPlatform, findBuildTools, findNpm } from './tools.js';
import { verifyBuild, type Verification } from './verify.js';

export interface InstallOptions {
  /** Build for an NVIDIA GPU (Linux). Default: false. */
  readonly gpu?: boolean;
  /** 'official': only the binary of the TensorFlow.js project; 'wheel': only a build here. Default: one, then the other. */
  readonly source?: LibrarySource;
  readonly onProgress?: (progress: InstallProgress) => void;
  readonly signal?: AbortSignal;
  /** Default: `D2V_CACHE`, else the user's cache folder. */
  readonly cacheDirectory?: string;
  /** Default: process.env. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Puts native TensorFlow for Node.js into the cache, where loadTensorFlow finds it: the official binary if it can be
 * downloaded and loads, else an addon built here against the library in TensorFlow's wheel (reference: capture.md).
 * It is loaded once in a child process before it is used. Does nothing when a build that loads is there already. Several
 * installations at the same time are fine; one that was interrupted goes on with what it had downloaded.
 *
 * @returns where it is; its files belong to the cache
 * @throws BackendError saying what is missing (pip, a compiler, the network, a supported platform) and what to do;
 *   the signal's reason when aborted
 */
export async function installTensorFlow(options: InstallOptions = {}): Promise<Candidate & Verification> {
  const { gpu = false, source, signal, environment = process.env } = options;
  const cache = options.cacheDirectory ?? cacheDirectory(environment);
  const progress = new ProgressReporter(options.onProgress);
  const command = { signal, environment };
  progress.enter('check', 'Looking for native TensorFlow');

  const present = await findBuild(cache, gpu, source, command);
  if (present) {
    progress.finish('Native TensorFlow is installed');
    return present;
  }
  const npm = await findNpm(command);
  const context: BuildContext = { name: nodePackage(gpu), gpu, npm, wheels: wheelDirectory(cache), command, progress };

  if (source !== 'wheel' && (source === 'official' || (await officialIsReachable(signal)))) {
    try {
      return await make(context, cache, 'official', (folder) => downloadOfficial(folder, context));
    } catch (error) {
      signal?.throwIfAborted();
      if (source === 'official') throw error;
    }
  }
  assertWheelPlatform();
  const tools = await findBuildTools(command);
  return make(context, cache, 'wheel', (folder) => buildFromWheel(folder, tools, context));
}

async function make(
  context: BuildContext,
  cache: string,
  source: LibrarySource,
  build: (folder: string) => Promise<void>,
): Promise<Candidate & Verification> {
  const { name, gpu, progress, command } = context;
  const target = buildDirectory(cache, { gpu, source });
  let verified: Verification | undefined;
  await publish(target, {
    build: async (folder) => {
      await build(folder);
      progress.enter('verify', 'Multiplying a matrix');
      verified = await verify(folder, context);
      await writeFile(join(folder, 'installed.json'), `${JSON.stringify({ name, source, ...verified }, null, 2)}\n`);
    },
    isWhole: async (folder) => (await tryBuild(folder, context)) !== undefined,
  });
  progress.finish('Native TensorFlow is installed');
  verified ??= await verifyBuild(target, name, command);
  return { name, directory: packageDirectory(target, name), origin: 'cache', ...verified };
}

async function verify(folder: string, { name, gpu, command }: BuildContext): Promise<Verification> {
  let verified: Verification;
  try {
    verified = await verifyBuild(folder, name, command);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new BackendError(`native TensorFlow was installed but does not run:\n${error.tail()}`, { cause: error });
  }
  if (gpu && !verified.gpu) {
    throw new BackendError('native TensorFlow was built for the GPU, but finds none', {
      hint: 'check that `nvidia-smi` lists a GPU and that the driver is recent; without `--gpu`, d2v setup builds for the CPU',
    });
  }
  return verified;
}

/** A build in the cache that loads; one that does not is moved out of the way. */
async function findBuild(
  cache: string,
  gpu: boolean,
  source: LibrarySource | undefined,
  command: BuildContext['command'],
): Promise<(Candidate & Verification) | undefined> {
  const name = nodePackage(gpu);
  for (const from of ['wheel', 'official'] as const) {
    const target = buildDirectory(cache, { gpu, source: from });
    if ((source && source !== from) || !existsSync(target)) continue;
    const verified = await tryBuild(target, { name, gpu, command });
    if (verified) return { name, directory: packageDirectory(target, name), origin: 'cache', ...verified };
    await setAside(target);
  }
  return undefined;
}

async function tryBuild(
  folder: string,
  { name, gpu, command }: Pick<BuildContext, 'name' | 'gpu' | 'command'>,
): Promise<Verification | undefined> {
  if (!existsSync(addonPath(packageDirectory(folder, name)))) return undefined;
  try {
    const verified = await verifyBuild(folder, name, command);
    return gpu && !verified.gpu ? undefined : verified;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
