import { createRequire } from 'node:module';
import { TFJS_NODE_VERSION } from './versions.js';

const require = createRequire(import.meta.url);

/** The global under which a build in the cache finds the application's TensorFlow.js. */
export const SHARED_TFJS = '@d2v/tensorflow:tfjs';

/**
 * A build in the cache holds no TensorFlow.js of its own: a second copy would register every kernel and gradient again,
 * with a warning each. These packages hand it the application's copy instead.
 */
export const SHARED_PACKAGES = ['@tensorflow/tfjs', '@tensorflow/tfjs-core'] as const;

/** The files of the package that stands in for `name` in a build, by file name. */
export function sharedPackage(name: string): Record<string, string> {
  return {
    'package.json': `${JSON.stringify({ name, version: TFJS_NODE_VERSION, main: 'index.js' }, null, 2)}\n`,
    'index.js': [
      `const shared = globalThis[Symbol.for('${SHARED_TFJS}')];`,
      `if (!shared) throw new Error('load this build of TensorFlow through loadTensorFlow() of @d2v/tensorflow');`,
      `module.exports = shared;`,
      ``,
    ].join('\n'),
  };
}

/** Puts this process's TensorFlow.js where the stand-in packages look for it. */
export function shareTfjs(): void {
  (globalThis as Record<symbol, unknown>)[Symbol.for(SHARED_TFJS)] ??= require('@tensorflow/tfjs');
}

/** The file that `require('@tensorflow/tfjs')` loads here. */
export function tfjsPath(): string {
  return require.resolve('@tensorflow/tfjs');
}
