import { memory } from '@tensorflow/tfjs-core';

/**
 * Runs `fn` and fails when it leaves more tensors behind than it found. What `fn` returns must hold no tensors.
 *
 * @throws Error with the number of tensors that leaked
 */
export async function leakCheck<T>(fn: () => T | Promise<T>): Promise<T> {
  const before = memory().numTensors;
  const result = await fn();
  const leaked = memory().numTensors - before;
  if (leaked > 0) throw new Error(`leakCheck: ${leaked} tensor${leaked === 1 ? '' : 's'} leaked`);
  return result;
}
