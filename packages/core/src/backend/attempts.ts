import '@tensorflow/tfjs'; // registers the gradients, and the backends cpu and webgl
import {
  dispose,
  env,
  findBackend,
  findBackendFactory,
  getBackend,
  ready,
  scalar,
  setBackend,
} from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import type { BackendName } from './choose.js';
import { installSegmentSum } from './cpu/segment-sum.js';

let wasmPrepared = false;

/**
 * WebAssembly with d2v's kernels, on one thread: more threads lose on products as small as these (reference:
 * backends.md).
 *
 * @param folder where the package's .wasm files are, ending in '/'; absent: beside the script
 */
export async function loadWasm(folder?: string): Promise<string> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const { installWasmKernels } = await import('./wasm/index.js');
  installWasmKernels();
  if (!wasmPrepared && getBackend() !== 'wasm') {
    env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    if (folder !== undefined) setWasmPaths(folder);
  }
  wasmPrepared = true;
  await activate(
    'wasm',
    'check that the .wasm files of @tensorflow/tfjs-backend-wasm can be read; `setWasmPaths` says where they are',
  );
  return (await env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? 'SIMD' : 'no SIMD';
}

/** WebGPU, once `@tensorflow/tfjs-backend-webgpu` is imported. An adapter is asked for first: without one TensorFlow.js fails obscurely. */
export async function loadWebgpu(): Promise<string> {
  const gpu = (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu;
  if (!gpu)
    throw new BackendError('WebGPU does not exist in this browser', { hint: 'use a current Chrome, Edge or Safari' });
  const adapter = await gpu.requestAdapter();
  if (!adapter) {
    throw new BackendError('WebGPU finds no graphics adapter', {
      hint: 'check the graphics driver; chrome://gpu says more in Chrome',
    });
  }
  if (!findBackendFactory('webgpu')) {
    throw new BackendError("WebGPU's backend is not loaded", {
      hint: "import '@tensorflow/tfjs-backend-webgpu' first",
    });
  }
  await activate('webgpu');
  return adapter.info?.description || adapter.info?.vendor || 'GPU';
}

interface Gpu {
  requestAdapter(): Promise<{ info?: { vendor?: string; description?: string } } | null>;
}

/** WebGL, in browsers. */
export async function loadWebgl(): Promise<string> {
  await activate('webgl');
  return 'GPU';
}

/** Plain JavaScript, with d2v's segment sum. */
export async function loadCpu(): Promise<string> {
  installSegmentSum();
  await activate('cpu');
  silenceBanner();
  return 'plain JavaScript';
}

async function activate(name: BackendName, hint?: string): Promise<void> {
  if (!(await setBackend(name))) throw new BackendError(`backend ${name} does not start`, { hint });
  await ready();
}

/** The cpu backend's first tensor in Node.js prints an advertisement for tfjs-node: make that tensor quietly. */
function silenceBanner(): void {
  findBackend('cpu');
  const production = env().getBool('PROD');
  env().set('PROD', true);
  dispose(scalar(0));
  env().set('PROD', production);
}
