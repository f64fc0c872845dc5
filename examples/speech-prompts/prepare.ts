// Prepares the data of this example: npm run prepare:data -- [--out DIR] [--data DIR]
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { corpora, speechPackages } from './prepare-fetch.js';
import { writeManifests, type Count } from './prepare-manifests.js';
import { splits } from './prepare-split.js';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'runs/speech-prompts/data' },
    data: { type: 'string' },
  },
});
const out = resolve(values.out);
mkdirSync(out, { recursive: true });
const root = speechPackages(values.data && resolve(values.data), resolve(out, 'packages'), corpora);
console.log(table(writeManifests(root, out)));
console.log(`\nlists and audio are in ${out}`);

/** A row a list, a column a split. */
function table(counts: readonly Count[]): string {
  const names = [...new Set(counts.map(({ list }) => list.replace(/-\w+$/, '')))];
  const cell = (name: string, split: string): string => {
    const found = counts.find(({ list }) => list === `${name}-${split}`)!;
    return `${found.utterances} / ${found.minutes.toFixed(1)}`.padStart(14);
  };
  const head = ['utterances / minutes'.padEnd(20), ...splits.map((split) => split.padStart(14))].join(' |');
  return [head, ...names.map((name) => [name.padEnd(20), ...splits.map((split) => cell(name, split))].join(' |'))].join(
    '\n',
  );
}
