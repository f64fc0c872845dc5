import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { command, nx, temporaryFolder, workspaceRoot } from './support/workspace.js';

const folder = temporaryFolder();

const BOUNDARIES = '@nx/enforce-module-boundaries';
const BROWSER = '@typescript-eslint/no-restricted-imports';

/** File → what it imports, and the rule that must object. */
const imports: readonly (readonly [file: string, module: string, rule?: string])[] = [
  ['core/src/a.ts', '@d2v/vision', BOUNDARIES],
  ['core/src/b.ts', '@d2v/train', BOUNDARIES],
  ['core/src/c.ts', '../../vision/src/index.js', BOUNDARIES],
  ['core/test/a.test.ts', '@d2v/vision', BOUNDARIES],
  ['core/test/b.test.ts', '@d2v/core'],
  ['core/src/d.ts', 'node:fs', BROWSER],
  ['core/src/node/e.ts', 'node:fs'],
  ['vision/src/a.ts', '@d2v/train', BOUNDARIES],
  ['vision/src/b.ts', '@d2v/tensorflow', BOUNDARIES],
  ['vision/src/c.ts', '@d2v/core'],
  ['vision/src/d.ts', 'node:path', BROWSER],
  ['tensorflow/src/a.ts', '@d2v/vision', BOUNDARIES],
  ['tensorflow/src/b.ts', '@d2v/core'],
  ['train/src/a.ts', '@d2v/vision', BOUNDARIES],
  ['train/src/b.ts', '@d2v/tensorflow', BOUNDARIES],
  ['train/src/c.ts', '@d2v/core'],
  ['train/test/a.test.ts', '@d2v/vision'],
];

/** A workspace with the real rules and manifests, whose packages hold nothing but imports; nothing of it is cached. */
async function workspace(): Promise<string> {
  const root = await folder();
  const copy = (path: string): Promise<void> => cp(join(workspaceRoot, path), join(root, path));
  await Promise.all(
    ['package.json', 'package-lock.json', 'nx.json', 'eslint.config.mjs', 'tsconfig.base.json'].map(copy),
  );
  await symlink(join(workspaceRoot, 'node_modules'), join(root, 'node_modules'), 'dir');
  for (const name of await readdir(join(workspaceRoot, 'packages'))) {
    await copy(`packages/${name}/package.json`).catch(() => undefined); // a folder that is no package
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
    const rule = /^ +\d+:\d+ +error .* (\S+)$/.exec(line)?.[1];
    if (rule) found.set(file, (found.get(file) ?? new Set()).add(rule));
  }
  return found;
}

test('lint refuses imports across package boundaries, and Node.js in browser code, and nothing else', async () => {
  const root = await workspace();
  const args = ['run-many', '-t', 'lint', '--projects=packages/*', '--output-style=static', '--skip-nx-cache'];
  const { status, output } = await command(process.execPath, [nx, ...args], root);
  const found = objections(output, root);
  expect(Object.fromEntries(imports.map(([file]) => [file, [...(found.get(file) ?? [])]]))).toEqual(
    Object.fromEntries(imports.map(([file, , rule]) => [file, rule ? [rule] : []])),
  );
  expect(status).not.toBe(0);
});
