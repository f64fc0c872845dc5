import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../.bench/python', import.meta.url));
const binary = `${folder}/bin/python`;
/** Packages, joined by commas → whether they are there. */
const known = new Map<string, boolean>();

/**
 * The benchmarks' own Python, in .bench/, with packages that go by the names that they are imported by; made, and the
 * packages installed, when they are first needed.
 *
 * @returns the interpreter; nothing where pip cannot have the packages
 */
export function pythonWith(packages: readonly string[]): string | undefined {
  const key = packages.join(', ');
  if (!known.has(key)) known.set(key, imports(key) || install(packages));
  return known.get(key) ? binary : undefined;
}

const imports = (names: string): boolean =>
  existsSync(binary) && spawnSync(binary, ['-c', `import ${names}`]).status === 0;

function install(packages: readonly string[]): boolean {
  const names = packages.join(' and ');
  console.log(`installing ${names} for the comparison …`);
  const run = (command: string, ...args: string[]): boolean =>
    spawnSync(command, args, { stdio: 'inherit' }).status === 0;
  const made = existsSync(binary) || run('python3', '-m', 'venv', folder);
  const installed = made && run(binary, '-m', 'pip', 'install', '-q', ...packages);
  if (!installed) console.log(`${names} cannot be installed here: running without`);
  return installed;
}
