import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import asc from 'assemblyscript/asc';

const OPTIONS = ['--runtime', 'stub', '--optimizeLevel', '3', '--noAssert', '--enable', 'simd', '--importMemory'];

/** AssemblyScript → a TypeScript module that exports the compiled bytes in base64. */
export async function compile(path: URL): Promise<string> {
  const source = await readFile(path, 'utf8');
  let bytes: Uint8Array | string = '';
  const { error, stderr } = await asc.main(['source.ts', '--outFile', 'out.wasm', ...OPTIONS], {
    readFile: (name: string) => (name === 'source.ts' ? source : null),
    writeFile: (_, content: Uint8Array | string) => {
      bytes = content;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${path.pathname}: ${stderr.toString()}`, { cause: error });
  const base64 = Buffer.from(bytes).toString('base64');
  return `// Generated from ${basename(path.pathname)} by \`npm run wasm\`.\n\nexport const wasm =\n  '${base64}';\n`;
}
