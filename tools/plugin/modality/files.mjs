import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manifest } from './manifest.mjs';

/**
 * Where a package lives: `house`, in packages/ of d2v's own repository, with its shared configuration; `example`, elsewhere
 * in that repository; `standalone`, anywhere else.
 *
 * @typedef {'house' | 'example' | 'standalone'} Place
 * @typedef {{ name: string, package: string, place: Place, up: string, version: string }} Modality `up`: path from the
 *   package to the workspace, with a slash at its end; `version`: d2v's
 */

const templates = fileURLToPath(new URL('../files', import.meta.url));

/**
 * The files of a modality's package: path → text.
 *
 * @param {Modality} modality
 * @returns {Map<string, string>}
 */
export function modalityFiles(modality) {
  const fill = filler(modality);
  /** @type {Map<string, string>} */
  const files = new Map([['package.json', `${JSON.stringify(manifest(modality), null, 2)}\n`]]);
  for (const folder of ['plugin', modality.place === 'house' ? 'house' : 'standalone']) {
    const root = join(templates, folder);
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(relative(root, path).split(sep).join('/'), fill(readFileSync(path, 'utf8')));
    }
  }
  return files;
}

/** @param {Modality} modality */
function filler({ name, package: packageName, up }) {
  /** @type {Record<string, string>} */
  const values = { package: packageName, name, camel: camelCase(name), up };
  return (/** @type {string} */ text) => text.replace(/__(package|name|camel|up)__/g, (_, key) => values[key] ?? '');
}

/**
 * 'seismic-waves' → 'seismicWaves'
 *
 * @param {string} name
 */
export function camelCase(name) {
  return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}
