import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadCpu, loadWasm, loadWebgpu } from '../backend/attempts.js';
import { chooseBackend, type BackendChoice, type LoadedBackend, type Platform } from '../backend/choose.js';
import { BackendError } from '../errors.js';
import { withoutErrorListeners } from './listeners.js';

const require = createRequire(import.meta.url);

const node: Platform = {
  attempts: {
    tensorflow: loadNative,
    wasm: () => withoutErrorListeners(() => loadWasm(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep)),
    webgpu: loadDawn,
    cpu: loadCpu,
  },
  order: ['tensorflow', 'wasm', 'cpu'],
  elsewhere: {},
};

/**
 * Chooses what runs the ops in Node.js and makes it the current backend. 'auto': native TensorFlow if it loads (see
 * `@d2v/tensorflow`), then WebAssembly, then plain JavaScript (reference: backends.md).
 *
 * @returns the backend's name and one line that says what was chosen, why, and what would make it faster
 * @throws BackendError when the backend that was asked for is missing or does not load, and what to do
 */
export function loadBackend(choice: BackendChoice = 'auto'): Promise<LoadedBackend> {
  return chooseBackend(choice, node);
}

/** What this file needs of @d2v/tensorflow, which itself depends on this package. */
interface NativePackage {
  loadTensorFlow(): Promise<{ version: string; gpu: boolean }>;
}

async function loadNative(): Promise<string> {
  const { loadTensorFlow } = await importOptional<NativePackage>('@d2v/tensorflow', {
    problem: 'native TensorFlow needs the package @d2v/tensorflow',
    hint: '`npm install @d2v/tensorflow` and run `d2v setup`',
  });
  const { version, gpu } = await loadTensorFlow();
  return `native TensorFlow ${version} on the ${gpu ? 'GPU' : 'CPU'}`;
}

/** WebGPU in Node.js: the npm package `webgpu` brings Dawn, Chrome's implementation. */
async function loadDawn(): Promise<string> {
  const { create, globals } = await importOptional<{ create(options: string[]): object; globals: object }>('webgpu', {
    problem: 'WebGPU in Node.js needs the package webgpu',
    hint: 'npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0',
  });
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const holder = globalThis as { navigator?: object };
  holder.navigator ??= {};
  if (!('gpu' in holder.navigator))
    Object.defineProperty(holder.navigator, 'gpu', { value: create([]), configurable: true });
  await importOptional('@tensorflow/tfjs-backend-webgpu', {
    problem: 'WebGPU needs the package @tensorflow/tfjs-backend-webgpu',
    hint: 'npm install @tensorflow/tfjs-backend-webgpu@4.22.0',
  });
  return loadWebgpu();
}

/** Imports a package that need not be installed, as this package or the application sees it. */
async function importOptional<T>(name: string, missing: { problem: string; hint: string }): Promise<T> {
  const application = createRequire(join(process.cwd(), 'package.json'));
  for (const find of [() => name, () => pathToFileURL(application.resolve(name)).href]) {
    try {
      return (await import(find())) as T;
    } catch (error) {
      if (!isMissing(error, name)) throw error;
    }
  }
  throw new BackendError(missing.problem, { hint: missing.hint });
}

function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes(`'${name}'`);
}
