import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const folder = join(dirname(createRequire(import.meta.url).resolve('@d2v/text/package.json')), 'presets');

/** The recipes of this package: name → YAML text, one file each in `presets/`. */
export async function readPresets(): Promise<Record<string, string>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return Object.fromEntries(files.map((file, i) => [file.slice(0, -'.yaml'.length), texts[i]!]));
}
