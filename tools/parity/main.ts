import { parseArgs } from 'node:util';
import { loadBackend } from '@d2v/core/node';
import { compareFixture } from './compare.js';
import { printReport, withinTolerance } from './report.js';

const USAGE = `npm run parity -- [--backend NAME]... DIRECTORY...

Builds the model that each fixture's config.json describes, loads its weights, runs it and prints the worst relative
error of every group of expected tensors. Exits with 1 when one is above its tolerance.

  --backend NAME     tensorflow, wasm, cpu or auto (default); may be given several times
  --modality NAME    package of the modality; default: the one that config.json names`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    backend: { type: 'string', multiple: true, default: ['auto'] },
    modality: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help || positionals.length === 0) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

let failed = 0;
for (const backend of values.backend) {
  const { description } = await loadBackend(backend as Parameters<typeof loadBackend>[0]);
  console.log(description);
  for (const directory of positionals) {
    const groups = await compareFixture(directory, values.modality);
    printReport(`${directory} on ${backend}`, groups);
    if (!groups.every(withinTolerance)) failed++;
  }
}
console.log(failed === 0 ? 'parity: all within tolerance' : `parity: ${failed} fixtures above tolerance`);
process.exit(failed === 0 ? 0 : 1);
