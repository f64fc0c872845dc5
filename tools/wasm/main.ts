// npm run wasm: compiles the packages' AssemblyScript.
import { writeFile } from 'node:fs/promises';
import { compile } from './compile.js';

const vision = new URL('../../packages/vision/', import.meta.url);
const target = 'src/image/resample/filter.wasm.ts';
await writeFile(new URL(target, vision), await compile(new URL('assembly/filter.ts', vision)));
console.log(`wrote packages/vision/${target}`);
