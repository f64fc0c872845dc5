import { existsSync, readdirSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, succeed, temporaryFolder, workspaceRoot } from './support/workspace.js';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Record<string, unknown>;
  readonly dependencies?: Record<string, string>;
}

const folder = temporaryFolder();
const tarballs = new Map<string, string>();
const names = readdirSync(join(workspaceRoot, 'packages')).filter((name) =>
  existsSync(join(workspaceRoot, 'packages', name, 'package.json')),
);

beforeAll(async () => {
  const destination = await folder();
  for (const name of names) {
    const cwd = join(workspaceRoot, 'packages', name);
    if (!existsSync(join(cwd, 'dist'))) throw new Error(`packages/${name} is not built: npm run build`);
    const packed = await succeed('npm', ['pack', '--loglevel=error', '--pack-destination', destination], cwd);
    tarballs.set(`@d2v/${name}`, join(destination, packed.trim().split('\n').pop()!));
  }
});

/** Installs a package with only the d2v packages that it depends on; whether each entry point exports something there. */
async function importAlone(name: string, entries: readonly string[]): Promise<boolean[]> {
  const { dependencies = {} } = await readJson<Manifest>(workspaceRoot, 'packages', name, 'package.json');
  const root = await folder();
  await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  const own = Object.keys(dependencies).filter((dependency) => tarballs.has(dependency));
  const archives = [...own, `@d2v/${name}`].map((each) => tarballs.get(each)!);
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  await succeed('npm', ['install', ...quiet, ...archives], root);
  const installed = await readdir(join(root, 'node_modules/@d2v'));
  expect(installed.sort()).toEqual([...own.map((each) => each.slice('@d2v/'.length)), name].sort());
  const importing = entries.map((entry) => `await import('@d2v/${join(name, entry)}')`);
  const print = `console.log(JSON.stringify([${importing.join(', ')}].map((entry) => Object.keys(entry).length)))`;
  const counts = await succeed(process.execPath, ['--input-type=module', '-e', print], root);
  return (JSON.parse(counts.trim().split('\n').pop()!) as number[]).map((count) => count > 0);
}

test.each(names)('@d2v/%s is packed, installed into an empty project and imported there', async (name) => {
  const { exports } = await readJson<Manifest>(workspaceRoot, 'packages', name, 'package.json');
  const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'));
  expect(entries).toContain('.');
  expect(await importAlone(name, entries)).toEqual(entries.map(() => true));
});

test('a package brings its sources and types, and no tests', async () => {
  for (const [name, tarball] of tarballs) {
    const files = (await succeed('tar', ['-tzf', tarball], workspaceRoot)).split('\n');
    expect([name, files.includes('package/dist/index.d.ts'), files.includes('package/src/index.ts')]).toEqual([
      name,
      true,
      true,
    ]);
    expect(files.filter((file) => /\/(test|node_modules|\.nx)\//.test(file))).toEqual([]);
  }
});
