import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildDirectory, cacheDirectory } from './cache.js';
import { NAPI_VERSION, nodePackage, type NodePackage } from './versions.js';

/** A TensorFlow for Node.js on this machine; whether it loads is another question. */
export interface Candidate {
  readonly name: NodePackage;
  /** The package's folder. */
  readonly directory: string;
  /** 'application': installed with npm by the user; 'cache': built or downloaded by installTensorFlow. */
  readonly origin: 'application' | 'cache';
}

export interface LocateOptions {
  /** true: only the GPU package; false: only the CPU package; default: the GPU package first. */
  readonly gpu?: boolean;
  /** Folder of the application, from which packages are resolved. Default: the working directory. */
  readonly application?: string;
  /** Default: cacheDirectory(). */
  readonly cacheDirectory?: string;
}

/** Every TensorFlow for Node.js on this machine, in the order in which loadTensorFlow tries them. */
export function locateTensorFlow(options: LocateOptions = {}): Candidate[] {
  const { application = process.cwd(), cacheDirectory: cache = cacheDirectory() } = options;
  const flavours = options.gpu === undefined ? [true, false] : [options.gpu];
  const installed = flavours.flatMap((gpu) => fromApplication(nodePackage(gpu), application));
  return [...installed, ...flavours.flatMap((gpu) => fromCache(gpu, cache))];
}

/** The folder of `name` inside a build. */
export function packageDirectory(build: string, name: NodePackage): string {
  return join(build, 'node_modules', ...name.split('/'));
}

/** The addon inside a package's folder. */
export function addonPath(directory: string): string {
  return join(directory, 'lib', `napi-v${NAPI_VERSION}`, 'tfjs_binding.node');
}

/** The compiler of a GPU build: ptxas and libdevice, which XLA runs. */
export function cudaDirectory(directory: string): string {
  return join(directory, 'deps', 'cuda');
}

function fromApplication(name: NodePackage, application: string): Candidate[] {
  for (const base of [pathToFileURL(join(application, 'package.json')), import.meta.url]) {
    try {
      return [{ name, directory: dirname(createRequire(base).resolve(`${name}/package.json`)), origin: 'application' }];
    } catch {
      // not installed there
    }
  }
  return [];
}

function fromCache(gpu: boolean, cache: string): Candidate[] {
  const name = nodePackage(gpu);
  return (['wheel', 'official'] as const)
    .map((source) => packageDirectory(buildDirectory(cache, { gpu, source }), name))
    .filter((directory) => existsSync(join(directory, 'package.json')))
    .map((directory) => ({ name, directory, origin: 'cache' }));
}
