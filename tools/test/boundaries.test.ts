import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { command, nx, temporaryFolder, workspaceRoot } from './support/workspace.js';

const folder = temporaryFolder();

const BOUNDARIES = '@nx/enforce-module-boundaries';
const BROWSER = '@typescript-eslint/no-restricted-imports';

type Imports = readonly (readonly [file: string, module: string, rule?: string])[];

const allowed: Imports = [
  ['core/test/a.test.ts', '@d2v/core'],
  ['core/src/node/a.ts', 'node:fs'],
  ['vision/src/a.ts', '@d2v/core'],
  ['tensorflow/src/a.ts', '@d2v/core'],
  ['train/src/a.ts', '@d2v/core'],
  ['train/src/b.ts', 'node:fs'],
  ['train/test/a.test.ts', '@d2v/vision'],
];

/** Refused for their tags alone: they make no circle. */
const forbidden: Imports = [
  ['tensorflow/src/a.ts', '@d2v/vision', BOUNDARIES],
  ['train/src/a.ts', '@d2v/vision', BOUNDARIES],
  ['train/src/b.ts', '@d2v/tensorflow', BOUNDARIES],
  ['core/src/a.ts', 'node:fs', BROWSER],
  ['vision/src/a.ts', 'node:path', BROWSER],
];

const upwards: Imports = [
  ['core/src/a.ts', '@d2v/vision', BOUNDARIES],
  ['core/src/b.ts', '@d2v/train', BOUNDARIES],
  ['core/src/c.ts', '../../vision/src/index.js', BOUNDARIES],
  ['core/test/a.test.ts', '@d2v/vision', BOUNDARIES],
  ['vision/src/a.ts', '@d2v/train', BOUNDARIES],
  ['vision/src/b.ts', '@d2v/tensorflow', BOUNDARIES],
];

/** The real dependencies, with this workspace's packages in place of the real ones. */
async function linkDependencies(root: string, packages: readonly string[]): Promise<void> {
  await mkdir(join(root, 'node_modules/@d2v'), { recursive: true });
  const link = (from: string, name: string): Promise<void> => symlink(from, join(root, 'node_modules', name), 'dir');
  for (const name of await readdir(join(workspaceRoot, 'node_modules'))) {
    if (name !== '@d2v' && name !== '.cache') await link(join(workspaceRoot, 'node_modules', name), name);
  }
  for (const name of packages) await link(join(root, 'packages', name), join('@d2v', name));
}

/** A workspace with the real rules and manifests, whose packages hold nothing but imports; nothing of it is cached. */
async function workspace(imports: Imports): Promise<string> {
  const root = await folder();
  const copy = (path: string): Promise<void> => cp(join(workspaceRoot, path), join(root, path));
  await Promise.all(
    ['package.json', 'package-lock.json', 'nx.json', 'eslint.config.mjs', 'tsconfig.base.json'].map(copy),
  );
  const packages = await readdir(join(workspaceRoot, 'packages'));
  await linkDependencies(root, packages);
  for (const name of packages) {
    await copy(`packages/${name}/package.json`);
    await write(root, `packages/${name}/src/index.ts`, 'export const value = 1;\n');
  }
  for (const [file, module] of imports) await write(root, `packages/${file}`, `import '${module}';\n`);
  return root;
}

async function write(root: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

/** File → rules that it breaks, from ESLint's output. */
function objections(output: string, root: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  let file = '';
  for (const line of output.split('\n')) {
    if (line.startsWith(join(root, 'packages'))) file = line.slice(join(root, 'packages').length + 1).trim();
    const rule = / {2}(@\S+\/\S+)$/.exec(line)?.[1];
    if (rule) found.set(file, (found.get(file) ?? new Set()).add(rule));
  }
  return found;
}

/** Lints such a workspace, checks that each file meets just the rule that it breaks, and returns what was printed. */
async function lint(imports: Imports): Promise<{ status: number; output: string }> {
  const root = await workspace(imports);
  const args = ['run-many', '-t', 'lint', '--projects=packages/*', '--output-style=static', '--skip-nx-cache'];
  const outcome = await command(process.execPath, [nx, ...args], root);
  const found = objections(outcome.output, root);
  expect(Object.fromEntries(imports.map(([file]) => [file, [...(found.get(file) ?? [])]]))).toEqual(
    Object.fromEntries(imports.map(([file, , rule]) => [file, rule ? [rule] : []])),
  );
  return outcome;
}

test('lint accepts what the architecture allows', async () => {
  expect(await lint(allowed)).toMatchObject({ status: 0 });
});

test('lint refuses imports that the tags of the packages forbid, and Node.js in browser code', async () => {
  const { status, output } = await lint(forbidden);
  expect(status).not.toBe(0);
  expect(output).toContain('tagged with "scope:train" can only depend on libs tagged with "scope:core"');
  expect(output).toContain('tagged with "scope:tensorflow" can only depend on libs tagged with "scope:core"');
});

test('lint refuses imports against the direction of the architecture', async () => {
  expect((await lint(upwards)).status).not.toBe(0);
});
