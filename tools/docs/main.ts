// npm run docs:configuration: writes docs/configuration.md from the configuration's schemas.
import { writeFileSync } from 'node:fs';
import * as prettier from 'prettier';
import { configurationReference } from './configuration.js';
import { kinds } from './kinds.js';

const path = new URL('../../docs/configuration.md', import.meta.url);
writeFileSync(path, await prettier.format(configurationReference(kinds), { parser: 'markdown', printWidth: 120 }));
console.log('wrote docs/configuration.md');
