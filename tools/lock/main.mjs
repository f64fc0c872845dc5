// npm run lock: adds to package-lock.json the packages of other platforms that npm left out.
import { readFileSync, writeFileSync } from 'node:fs';
import { completeLock } from './complete.mjs';

const path = new URL('../../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const added = completeLock(lock);
if (added.length > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length > 0 ? `package-lock.json: added ${added.length} packages` : 'package-lock.json is complete');
