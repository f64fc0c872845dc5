import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { modalityFiles } from './files.mjs';

/**
 * @typedef {{ name: string, directory?: string, package?: string }} Options
 * @typedef {import('@nx/devkit').Tree} Tree
 * @typedef {import('./files.mjs').Modality} Modality
 */

/** Of d2v: this package is released together with the others. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/**
 * nx g @d2v/tools:modality NAME: a package that builds and passes its tests as it is.
 *
 * @param {Tree} tree
 * @param {Options} options
 * @returns {Promise<() => void>} what remains to be done after the tree is written
 * @throws Error for a name that cannot be a package's, and a folder that has a package already
 */
export default async function modalityGenerator(tree, options) {
  const { directory, outside, modality } = plan(tree, options);
  const files = modalityFiles(modality);
  if (!outside) for (const [path, text] of files) tree.write(join(directory, path), text);
  return () => {
    // Nx writes inside its workspace only.
    if (outside) for (const [path, text] of files) writeFile(join(tree.root, directory, path), text);
    console.log(`\n${modality.package} is in ${directory}. Next: npm install there, then npm run build && npm test.`);
  };
}

/**
 * @param {Tree} tree
 * @param {Options} options
 * @returns {{ directory: string, outside: boolean, modality: Modality }}
 */
function plan(tree, { name, directory: given, package: packageName }) {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new Error(`modality: '${name}' is not a name in lower case with hyphens, such as ecg or seismic-waves`);
  }
  const own = tree.exists('packages/core/package.json') && tree.exists('tools/jest/preset.mjs');
  const directory = relative(
    tree.root,
    resolve(tree.root, given ?? (own ? `examples/modality-${name}` : `d2v-plugin-${name}`)),
  );
  const outside = directory.startsWith('..') || isAbsolute(directory);
  if (directory === '' || existsSync(join(tree.root, directory, 'package.json'))) {
    throw new Error(`modality: ${directory || 'the workspace'} has a package already; give another --directory`);
  }
  const place = !own || outside ? 'standalone' : directory.split(/[\\/]/)[0] === 'packages' ? 'house' : 'example';
  const up = outside ? '' : '../'.repeat(directory.split(/[\\/]/).length);
  const fallback = place === 'house' ? `@d2v/${name}` : `d2v-plugin-${name}`;
  return { directory, outside, modality: { name, package: packageName ?? fallback, place, up, version } };
}

/**
 * @param {string} path
 * @param {string} text
 */
function writeFile(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
