import { packageDirectory } from '../locate.js';
import { SHARED_TFJS, tfjsPath } from '../shared-tfjs.js';
import type { NodePackage } from '../versions.js';
import { runCommand, type CommandOptions } from './command.js';

/** What a build says of itself once it has multiplied a matrix. */
export interface Verification {
  readonly version: string;
  readonly gpu: boolean;
}

/**
 * Loads a build in a child process and multiplies a matrix with it: a broken library ends that process, not this one.
 *
 * @throws CommandError when it does not load, crashes or computes something else
 */
export async function verifyBuild(
  folder: string,
  name: NodePackage,
  options: CommandOptions = {},
): Promise<Verification> {
  const output = await runCommand([process.execPath], ['-e', script, tfjsPath(), packageDirectory(folder, name)], {
    ...options,
    environment: { TF_CPP_MIN_LOG_LEVEL: '2', ...(options.environment ?? process.env), NODE_OPTIONS: '' },
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Verification;
}

const script = `
  const [tfjs, directory] = process.argv.slice(1);
  const util = require('node:util');
  util.isArray ??= Array.isArray;
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  const tf = require(tfjs);
  globalThis[Symbol.for('${SHARED_TFJS}')] = tf;
  require(directory);
  const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])).dataSync();
  if (tf.getBackend() !== 'tensorflow' || product.join() !== '19,22,43,50') throw new Error('wrong product: ' + product);
  const backend = tf.backend();
  console.log(JSON.stringify({ version: backend.binding.TF_Version, gpu: backend.isUsingGpuDevice }));
`;
