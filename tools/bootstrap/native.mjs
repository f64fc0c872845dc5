import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';

/** Exit status of the child process where it has said itself why there is no native TensorFlow. */
export const REPORTED = 3;

/** Options of Node.js with which it runs the packages' sources; nothing has to be built. */
const SOURCES = ['--conditions=@d2v/source', '--import', './tools/typescript.mjs'];

/**
 * Makes sure that native TensorFlow loads, installing it if none does. Never fails: everything runs without it, slower.
 * What loaded is remembered, so that the next call is quick.
 *
 * @param {string} root folder of the repository
 * @param {typeof run} start
 */
export function prepareNative(root, start = run) {
  const memory = join(root, 'node_modules', '.cache', 'd2v', 'native');
  if (remembered(memory)) return;
  // In a process of its own: a native library that crashes while it loads must not take the bootstrap with it.
  const child = join(import.meta.dirname, 'native-child.mjs');
  const { status } = start(process.execPath, [...SOURCES, child, memory], { cwd: root });
  if (status !== 0 && status !== REPORTED) console.log(withoutNative(`loading it ended with exit status ${status}`));
}

/**
 * @param {string} reason
 */
export function withoutNative(reason) {
  return `Native TensorFlow is not available: ${reason}. Going on with WebAssembly, which is slower.`;
}

/**
 * Writes down what loaded.
 *
 * @param {string} memory file
 * @param {string | undefined} directory the package's folder; absent: found by name
 */
export function remember(memory, directory) {
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, JSON.stringify({ directory, node: process.version }));
}

/**
 * Whether what loaded last time is still there, for this Node.js.
 *
 * @param {string} memory
 */
function remembered(memory) {
  if (!existsSync(memory)) return false;
  const { directory, node } = JSON.parse(readFileSync(memory, 'utf8'));
  return node === process.version && typeof directory === 'string' && existsSync(directory);
}
