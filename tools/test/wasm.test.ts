import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile } from '../wasm/compile.js';
import { workspaceRoot } from './support/workspace.js';

const file = (path: string): string => join(workspaceRoot, 'packages/vision', path);

test('the compiled filters are those of the AssemblyScript (else: npm run wasm)', async () => {
  const compiled = await compile(pathToFileURL(file('assembly/filter.ts')));
  expect(await readFile(file('src/image/resample/filter.wasm.ts'), 'utf8')).toBe(compiled);
});

test('a source that does not compile is named, with the reason', async () => {
  await expect(compile(pathToFileURL(join(workspaceRoot, 'README.md')))).rejects.toThrow(/README\.md: [^]*ERROR/);
});
