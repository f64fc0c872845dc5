import { defineConfig } from 'tsup';
import { library } from '../../tools/build/tsup.mjs';

export default defineConfig(library({ index: 'src/index.ts', node: 'src/node.ts' }));
