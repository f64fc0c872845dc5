import { readdir, readFile } from 'node:fs/promises';

const FOLDER = new URL('../presets/', import.meta.url);

/** The recipes of this package: name → YAML text, one file each in `presets/`. */
export async function readPresets(): Promise<Record<string, string>> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, FOLDER), 'utf8')));
  return Object.fromEntries(files.map((file, i) => [file.slice(0, -'.yaml'.length), texts[i]!]));
}
