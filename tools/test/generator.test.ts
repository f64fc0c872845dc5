import { existsSync } from 'node:fs';
import { readFile, rm, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { camelCase, modalityFiles } from '../plugin/modality/files.mjs';
import { command, nx, readJson, succeed, temporaryFolder, workspaceRoot } from './support/workspace.js';

const folder = temporaryFolder();

const generate = (name: string, directory: string, ...more: string[]) =>
  command(process.execPath, [nx, 'g', '@d2v/tools:modality', name, '--directory', directory, ...more], workspaceRoot);

/** Type-checks, builds and tests a package with its own scripts. */
async function check(directory: string): Promise<string> {
  await succeed('npm', ['run', 'typecheck'], directory);
  await succeed('npm', ['run', 'build'], directory);
  return succeed('npm', ['test'], directory);
}

describe('nx g @d2v/tools:modality', () => {
  test('makes a package in a folder outside, which builds and passes its tests and runs its example', async () => {
    const directory = join(await folder(), 'waves');
    expect(await generate('waves', directory)).toMatchObject({ status: 0 });
    await symlink(join(workspaceRoot, 'node_modules'), join(directory, 'node_modules'), 'dir'); // for npm install
    expect(await check(directory)).toMatch(/Tests: +\d+ passed/);
    const output = await succeed('npm', ['run', 'example', '--', join(directory, 'run')], directory);
    expect(output).toMatch(/update 20 of 20: loss \d+\.\d+/);
    expect(await readJson(directory, 'package.json')).toMatchObject({ name: 'd2v-plugin-waves' });
  });

  test('makes a package of d2v, with its tags, conditions and configuration', async () => {
    const directory = join(workspaceRoot, 'packages', `generated-${process.pid}`);
    try {
      const outcome = await generate('seismic-waves', relative(workspaceRoot, directory));
      expect(outcome).toMatchObject({ status: 0 });
      expect(await readJson(directory, 'package.json')).toMatchObject({
        name: '@d2v/seismic-waves',
        nx: { tags: ['scope:modality'] },
        exports: { '.': { '@d2v/source': './src/index.ts' } },
      });
      expect(await check(directory)).toMatch(/Tests: +\d+ passed/);
      await succeed('npm', ['run', 'lint'], directory);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });

  test.each(['ECG', '2d', 'a_b', 'a--b', '../x'])("refuses the name '%s'", async (name) => {
    const { status, output } = await generate(name, 'examples/never');
    expect(status).not.toBe(0);
    expect(output).toContain(`'${name}' is not a name in lower case with hyphens`);
    expect(existsSync(join(workspaceRoot, 'examples/never'))).toBe(false);
  });

  test('never writes over a package', async () => {
    const { status, output } = await generate('ecg', 'examples/modality-ecg');
    expect(status).not.toBe(0);
    expect(output).toContain('has a package already');
  });
});

test('examples/modality-ecg is what the generator makes', async () => {
  const directory = join(workspaceRoot, 'examples/modality-ecg');
  const files = modalityFiles({
    name: 'ecg',
    package: 'd2v-plugin-ecg',
    place: 'example',
    up: '../../',
    version: '0.0.0',
  });
  const committed = (await succeed('git', ['ls-files'], directory)).trim().split('\n');
  expect(committed.sort()).toEqual([...files.keys()].sort());
  for (const [path, text] of files) {
    expect({ path, text: await readFile(join(directory, path), 'utf8') }).toEqual({ path, text });
  }
});

test('a name with hyphens becomes a variable', () => {
  expect(['ecg', 'seismic-waves', 'a-b-c'].map(camelCase)).toEqual(['ecg', 'seismicWaves', 'aBC']);
});
