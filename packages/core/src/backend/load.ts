import { loadCpu, loadWasm, loadWebgl, loadWebgpu } from './attempts.js';
import { chooseBackend, type BackendChoice, type LoadedBackend, type Platform } from './choose.js';

const browser: Platform = {
  attempts: { webgpu: loadWebgpu, webgl: loadWebgl, wasm: () => loadWasm(), cpu: loadCpu },
  order: ['webgpu', 'webgl', 'wasm', 'cpu'],
  elsewhere: { tensorflow: "native TensorFlow runs in Node.js only: there, import loadBackend from '@d2v/core/node'" },
};

/**
 * Chooses what runs the ops in a browser and makes it the current backend: WebGPU with a real adapter (its package
 * imported), then WebGL, then WebAssembly, then plain JavaScript. In Node.js use the function of this name from
 * `@d2v/core/node`.
 *
 * @returns the backend's name and one line that says what was chosen, why, and what would make it faster
 * @throws BackendError when the backend that was asked for does not load
 */
export function loadBackend(choice: BackendChoice = 'auto'): Promise<LoadedBackend> {
  return chooseBackend(choice, browser);
}
