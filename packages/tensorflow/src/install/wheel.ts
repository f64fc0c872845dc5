import { BackendError } from '@d2v/core';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { TENSORFLOW_VERSION, WHEEL_PYTHON_VERSION } from '../versions.js';
import { CommandError, runCommand, type Command, type CommandOptions } from './command.js';
import { readArchived, unpack } from './unpack.js';

/** A distribution on PyPI at a version, and about how large its wheel is. */
export interface Distribution {
  /** As pip takes it: 'tensorflow-cpu==2.21.0'. */
  readonly requirement: string;
  readonly bytes: number;
}

/** TensorFlow's wheel for a flavour: `tensorflow-cpu` exists for x64 only, `tensorflow` is the CPU's on arm64. */
export function tensorflowDistribution(gpu: boolean, arch: string = process.arch): Distribution {
  return gpu || arch !== 'x64'
    ? { requirement: `tensorflow==${TENSORFLOW_VERSION}`, bytes: 600e6 }
    : { requirement: `tensorflow-cpu==${TENSORFLOW_VERSION}`, bytes: 274e6 };
}

/** The wheels of the CUDA libraries that a `tensorflow` wheel asks for under its extra `and-cuda`, from its METADATA. */
export function cudaRequirements(metadata: string): string[] {
  return metadata
    .split('\n')
    .map((line) => /^Requires-Dist:\s*(nvidia-[^;]+?)\s*;.*extra\s*==\s*["']and-cuda["']/.exec(line)?.[1])
    .filter((requirement) => requirement !== undefined)
    .map((requirement) => requirement.replace(/[\s()]/g, ''));
}

/**
 * Downloads a wheel with pip, or returns the one that is kept in `directory` from an earlier time.
 *
 * @param onProgress the fraction that has arrived
 * @returns the wheel's path
 * @throws BackendError when pip finds or fetches no such wheel
 */
export async function fetchWheel(
  python: Command,
  { requirement, bytes }: Distribution,
  directory: string,
  options: CommandOptions & { onProgress?: (done: number) => void },
): Promise<string> {
  const kept = await findWheel(directory, requirement);
  if (kept) return kept;

  const folder = join(directory, `.${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  const watch = setInterval(() => void folderSize(folder).then((size) => options.onProgress?.(size / bytes)), 500);
  try {
    await runCommand(
      python,
      // prettier-ignore
      ['-m', 'pip', 'download', requirement, '--no-deps', '--only-binary=:all:', '--python-version', WHEEL_PYTHON_VERSION, '--dest', folder, '--progress-bar', 'off'],
      // pip collects what it downloads in its temporary folder, which has to be on the cache's disk and be measured
      { ...options, environment: { ...(options.environment ?? process.env), TMPDIR: folder } },
    );
    const name = (await readdir(folder)).find((file) => file.endsWith('.whl'));
    if (!name) throw new BackendError(`pip downloaded no wheel of ${requirement}`);
    const path = join(directory, name);
    await rename(join(folder, name), path);
    return path;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new BackendError(`pip cannot download ${requirement}:\n${error.tail(4)}`, {
      hint: "check the network, or set pip's index (PIP_INDEX_URL) or proxy (HTTPS_PROXY), and run `d2v setup` again",
      cause: error,
    });
  } finally {
    clearInterval(watch);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Libraries and headers of a TensorFlow wheel → `deps` of tfjs-node, where its binding.gyp looks for them. */
export async function unpackTensorFlow(
  wheel: string,
  deps: string,
  onProgress?: (done: number) => void,
): Promise<void> {
  await unpack(wheel, deps, placeTensorFlow, onProgress);
  const links = {
    'libtensorflow.so': 'libtensorflow_cc.so.2',
    'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
  };
  for (const [name, target] of Object.entries(links)) {
    const found = await stat(join(deps, 'lib', target)).catch(() => undefined);
    if (!found) {
      throw new BackendError(`${wheel} holds no ${target}`, { hint: 'remove it and run `d2v setup` again' });
    }
    await symlink(target, join(deps, 'lib', name));
  }
}

/** Where a file of the TensorFlow wheel goes below `deps`; undefined for one that is not needed. */
export function placeTensorFlow(name: string): string | undefined {
  const library = /^tensorflow\/(libtensorflow_(?:cc|framework)\.so\.2)$/.exec(name);
  if (library) return join('lib', library[1]!);
  const header =
    /^tensorflow\/(include\/(?:tensorflow\/c\/|tensorflow\/core\/platform\/ctstring|xla\/tsl\/(?:c|platform)\/|tsl\/).*)$/;
  return header.exec(name)?.[1];
}

/**
 * The CUDA libraries of NVIDIA's wheels, flat beside TensorFlow's, where the loader finds them without LD_LIBRARY_PATH;
 * and the compiler's parts that XLA runs.
 */
export function placeCuda(name: string): string | undefined {
  const library = /^nvidia\/[^/]+\/lib\/(lib[^/]+\.so[^/]*)$/.exec(name);
  if (library) return join('lib', library[1]!);
  const compiler = /^nvidia\/cuda_nvcc\/((?:bin|nvvm)\/.+)$/.exec(name);
  return compiler ? join('cuda', compiler[1]!) : undefined;
}

/** The requirements of the CUDA wheels that belong to a TensorFlow wheel. */
export async function cudaDistributions(wheel: string): Promise<Distribution[]> {
  const metadata = await readArchived(wheel, (name) => /^[^/]+\.dist-info\/METADATA$/.test(name));
  return cudaRequirements(metadata ?? '').map((requirement) => ({ requirement, bytes: 300e6 }));
}

async function findWheel(directory: string, requirement: string): Promise<string | undefined> {
  const [name, version] = requirement.split('==') as [string, string?];
  if (version === undefined) return undefined;
  const prefix = `${name.replaceAll('-', '_')}-${version}-`;
  const names = await readdir(directory).catch(() => []);
  const arch = process.arch === 'x64' ? 'x86_64' : 'aarch64';
  const found = names.find((file) => file.startsWith(prefix) && file.endsWith(`${arch}.whl`));
  return found && join(directory, found);
}

async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries.map(async (entry) => {
    const information = entry.isFile()
      ? await stat(join(entry.parentPath, entry.name)).catch(() => undefined)
      : undefined;
    return information?.size ?? 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
