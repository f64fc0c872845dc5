import { loadBackend, type BackendChoice } from '@d2v/core/node';

/** Loads the backend that D2V_BACKEND names (wasm, cpu, tensorflow), wasm by default. For `beforeAll`. */
export async function useBackend(): Promise<void> {
  await loadBackend((process.env.D2V_BACKEND ?? 'wasm') as BackendChoice);
}
