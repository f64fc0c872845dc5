import { BackendError } from '@d2v/core';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packageDirectory } from '../locate.js';
import type { NodePackage } from '../versions.js';
import { compileAddon, installPackage, runOfficialInstall } from './addon.js';
import { CommandError, type Command } from './command.js';
import type { ProgressReporter } from './progress.js';
import { findNodeHeaders, type BuildTools } from './tools.js';
import { unpack } from './unpack.js';
import { cudaDistributions, fetchWheel, placeCuda, tensorflowDistribution, unpackTensorFlow } from './wheel.js';

/** Where tfjs-node's own install script downloads from (its scripts/install.js). */
const BUCKET = 'https://storage.googleapis.com/tensorflow/';
const BUCKET_TIMEOUT_MS = 10_000;

/** What every step of an installation works with. */
export interface BuildContext {
  readonly name: NodePackage;
  readonly gpu: boolean;
  readonly npm: Command;
  /** Where wheels are kept. */
  readonly wheels: string;
  readonly command: { readonly signal?: AbortSignal; readonly environment: NodeJS.ProcessEnv };
  readonly progress: ProgressReporter;
}

/** Whether the official binaries' storage bucket answers at all; behind many firewalls it does not. */
export async function officialIsReachable(signal?: AbortSignal): Promise<boolean> {
  const timeout = AbortSignal.timeout(BUCKET_TIMEOUT_MS);
  try {
    await fetch(BUCKET, { method: 'HEAD', signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}

/** Fills `folder` with the official binary. */
export async function downloadOfficial(folder: string, { name, npm, command, progress }: BuildContext): Promise<void> {
  progress.enter('package', `Installing ${name}`);
  await installPackage(npm, name, folder, command);
  progress.enter('download', 'Downloading the official TensorFlow library');
  try {
    await runOfficialInstall(folder, name, command);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new BackendError(`the official TensorFlow library cannot be installed:\n${error.tail(4)}`, {
      hint: 'run `d2v setup` without a source: it then builds against the library in the TensorFlow wheel',
      cause: error,
    });
  }
}

/** Fills `folder` with an addon built against TensorFlow's wheel. */
export async function buildFromWheel(folder: string, tools: BuildTools, context: BuildContext): Promise<void> {
  const { name, gpu, npm, wheels, command, progress } = context;
  const deps = join(packageDirectory(folder, name), 'deps');

  progress.enter('package', `Installing ${name}`);
  await installPackage(npm, name, folder, command);

  const tensorflow = tensorflowDistribution(gpu);
  progress.enter('download', `Downloading the ${tensorflow.requirement} wheel`);
  const wheel = await fetchWheel(tools.python, tensorflow, wheels, {
    ...command,
    onProgress: (done) => progress.update(gpu ? done / 4 : done),
  });
  const cuda = gpu ? await fetchCuda(wheel, tools, context) : [];

  progress.enter('unpack', 'Unpacking the TensorFlow library');
  await unpackWhole(wheel, () => unpackTensorFlow(wheel, deps, (done) => progress.update(done)));
  for (const archive of cuda) await unpackWhole(archive, () => unpack(archive, deps, placeCuda));
  command.signal?.throwIfAborted();

  progress.enter('compile', 'Compiling the addon');
  const headers = await findNodeHeaders(npm, command);
  await compileAddon({ npm, python: tools.python, headers }, name, folder, command);
}

async function fetchCuda(
  wheel: string,
  tools: BuildTools,
  { wheels, command, progress }: BuildContext,
): Promise<string[]> {
  const distributions = await cudaDistributions(wheel);
  const archives: string[] = [];
  for (const [i, distribution] of distributions.entries()) {
    progress.enter('download', `Downloading ${distribution.requirement}`);
    const share = (done: number): void => progress.update(1 / 4 + (3 / 4) * ((i + done) / distributions.length));
    archives.push(await fetchWheel(tools.python, distribution, wheels, { ...command, onProgress: share }));
  }
  return archives;
}

/** A kept wheel that turns out damaged is removed, so that the next installation downloads it again. */
async function unpackWhole(wheel: string, f: () => Promise<unknown>): Promise<void> {
  try {
    await f();
  } catch (error) {
    if (error instanceof BackendError || isDiskError(error)) throw error;
    await rm(wheel, { force: true });
    throw new BackendError(`${wheel} is damaged and was removed: ${(error as Error).message}`, {
      hint: 'run `d2v setup` again: it downloads the wheel once more',
      cause: error,
    });
  }
}

function isDiskError(error: unknown): boolean {
  return (
    typeof (error as NodeJS.ErrnoException).code === 'string' &&
    /^E[A-Z]+$/.test((error as NodeJS.ErrnoException).code ?? '')
  );
}
