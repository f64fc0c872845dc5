import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The recipes of a package: name → YAML text, one file each in its folder `presets`.
 * @param from URL of a module that can resolve the package: `import.meta.url`
 */
export async function readPresets(packageName: string, from: string): Promise<Record<string, string>> {
  const folder = join(dirname(createRequire(from).resolve(`${packageName}/package.json`)), 'presets');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return Object.fromEntries(files.map((file, i) => [file.slice(0, -'.yaml'.length), texts[i]!]));
}
