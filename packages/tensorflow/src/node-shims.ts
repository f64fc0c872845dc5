import util from 'node:util';

/** Functions of `node:util` that tfjs-node 4.22 calls and Node.js 23 removed (tensorflow/tfjs#8425). */
const removed: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: Array.isArray,
  isNullOrUndefined: (value) => value === null || value === undefined,
};

/** Defines what tfjs-node misses on this Node.js. Call before loading it. */
export function defineRemovedUtilities(target: object = util): void {
  for (const [name, f] of Object.entries(removed)) {
    if (!(name in target)) Object.defineProperty(target, name, { value: f, configurable: true, writable: true });
  }
}
