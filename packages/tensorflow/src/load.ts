import * as tf from '@tensorflow/tfjs';
import { BackendError } from '@d2v/core';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { registerKernels } from './kernels/register.js';
import { BACKEND, nativeBackend } from './kernels/native.js';
import { addonPath, cudaDirectory, locateTensorFlow, type Candidate, type LocateOptions } from './locate.js';
import { defineRemovedUtilities } from './node-shims.js';
import { shareTfjs } from './shared-tfjs.js';

const require = createRequire(import.meta.url);

export type LoadOptions = LocateOptions;

/** The native TensorFlow that now runs every op. */
export interface NativeTensorFlow {
  /** Version of the C library, such as '2.21.0'. */
  readonly version: string;
  /** Whether ops run on a GPU. */
  readonly gpu: boolean;
  /** Where it was found; absent when the application had loaded it itself. */
  readonly from?: Candidate;
}

/**
 * Finds native TensorFlow for Node.js, makes it the current backend 'tensorflow' and registers d2v's kernels for it.
 * Tried in order: `@tensorflow/tfjs-node-gpu`, then `@tensorflow/tfjs-node` as the application has them installed, then
 * what installTensorFlow put into the cache. A second call is cheap.
 *
 * @throws BackendError when there is none ("not installed"), or none loads, with each one's folder and reason
 */
export async function loadTensorFlow(options: LoadOptions = {}): Promise<NativeTensorFlow> {
  if (tf.findBackendFactory(BACKEND)) return activate(options);

  const candidates = locateTensorFlow(options);
  if (candidates.length === 0) {
    throw new BackendError(`native TensorFlow${options.gpu ? ' for the GPU' : ''} is not installed`, {
      hint: `run \`d2v setup${options.gpu ? ' --gpu' : ''}\``,
    });
  }
  const failures: string[] = [];
  for (const candidate of candidates) {
    const failure = load(candidate);
    if (failure === undefined) return activate(options, candidate);
    failures.push(`${candidate.directory}: ${failure}`);
  }
  throw new BackendError(`native TensorFlow is installed but does not load\n    ${failures.join('\n    ')}`, {
    hint: `run \`d2v setup${options.gpu ? ' --gpu' : ''}\` to build one for this Node.js, or remove the package`,
  });
}

/** Loads a candidate, or says why it does not load. */
function load(candidate: Candidate): string | undefined {
  const addon = addonPath(candidate.directory);
  if (!existsSync(addon)) return `its native addon is missing (${addon}): its install script did not run or failed`;
  defineRemovedUtilities();
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  const cuda = cudaDirectory(candidate.directory);
  if (existsSync(cuda)) process.env['XLA_FLAGS'] ??= `--xla_gpu_cuda_data_dir=${cuda}`; // XLA runs ptxas from there
  try {
    require(addon); // first, because the package registers its kernels before it finds out that the addon is broken
    if (candidate.origin === 'cache') shareTfjs();
    require(candidate.directory);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error);
  }
}

async function activate(options: LoadOptions, from?: Candidate): Promise<NativeTensorFlow> {
  await tf.setBackend(BACKEND);
  const backend = nativeBackend();
  if (options.gpu && !backend.isUsingGpuDevice) {
    throw new BackendError('native TensorFlow loads, but runs on the CPU: it found no usable GPU', {
      hint: 'check that `nvidia-smi` lists a GPU, and set TF_CPP_MIN_LOG_LEVEL=0 to see which library TensorFlow misses',
    });
  }
  registerKernels();
  return { version: backend.binding.TF_Version, gpu: backend.isUsingGpuDevice, from };
}
