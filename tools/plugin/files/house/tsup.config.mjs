import { defineConfig } from 'tsup';
import { library } from '__up__tools/build/tsup.mjs';

export default defineConfig(library({ index: 'src/index.ts' }));
