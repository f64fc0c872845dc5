import { getKernel, registerKernel, unregisterKernel, type KernelConfig, type KernelFunc } from '@tensorflow/tfjs-core';
import { version_wasm as version } from '@tensorflow/tfjs-backend-wasm';
import { BackendError } from '../../errors.js';
import { guardAllocation, type WasmBackend } from './backend.js';
import type { Kernel, Stock } from './kernel.js';
import { kernels } from './kernels/index.js';

const BACKEND = 'wasm';
/** The release of tfjs-backend-wasm whose kernels and private members this folder knows. */
const KNOWN_VERSION = '4.22.0';

type Installed = KernelConfig & { readonly d2v?: true };

/**
 * Makes TensorFlow.js's wasm backend able to train: registers it, adds the kernels that it lacks, replaces those that
 * are wrong or slow, and makes it throw when its heap is full. Call it before `setBackend('wasm')`; further calls do
 * nothing. Works in Node.js and browsers (where `setWasmPaths` of tfjs-backend-wasm says where the binaries are).
 *
 * @throws BackendError when another version of tfjs-backend-wasm is installed
 */
export function installWasmKernels(): void {
  if (version !== KNOWN_VERSION) {
    throw new BackendError(
      `@tensorflow/tfjs-backend-wasm ${version} is installed; d2v's kernels are made for ${KNOWN_VERSION}`,
      {
        hint: `install @tensorflow/tfjs-backend-wasm@${KNOWN_VERSION}`,
      },
    );
  }
  for (const kernel of kernels) install(kernel);
}

function install({ name, run }: Kernel): void {
  const stock: Installed | undefined = getKernel(name, BACKEND);
  if (stock?.d2v) return;
  const config: Installed = {
    kernelName: name,
    backendName: BACKEND,
    // The backend prepares a stock kernel when it starts; ours may call it.
    setupFunc: (backend) => {
      guardAllocation(backend as WasmBackend);
      stock?.setupFunc?.(backend);
    },
    disposeFunc: stock?.disposeFunc,
    kernelFunc: withStock(run, stock?.kernelFunc, name),
    d2v: true,
  };
  if (stock) unregisterKernel(name, BACKEND);
  registerKernel(config);
}

function withStock(run: Kernel['run'], stock: KernelFunc | undefined, name: string): KernelFunc {
  const call: Stock = (args) => {
    if (!stock) throw new BackendError(`the wasm backend has no kernel ${name}`);
    return stock(args as Parameters<KernelFunc>[0]) as ReturnType<Stock>;
  };
  return (args) => run(args as Parameters<Kernel['run']>[0], call);
}
