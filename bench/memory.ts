// npm run bench:memory -- [--backend NAME] [--steps N]: resident memory and tensors over thousands of steps.
import { parseArgs } from 'node:util';
import { table } from '../packages/train/src/progress/index.js';
import { memoryCase } from './cases/index.js';
import { Contender, median } from './contender.js';

const { values } = parseArgs({
  options: { backend: { type: 'string', default: 'tensorflow' }, steps: { type: 'string', default: '2000' } },
});

const PARTS = 10;
const steps = Math.ceil(Number(values.steps) / PARTS);
const { task } = await memoryCase.prepare();
const contender = Contender.start({ name: values.backend, script: 'contenders/step.ts' }, task)!;

const rows: string[][] = [];
for (let part = 1; part <= PARTS; part++) {
  const { rssBytes = 0, tensors = 0, seconds } = await contender.run(steps);
  rows.push([`${part * steps}`, (rssBytes / 2 ** 20).toFixed(0), `${tensors}`, (1000 * median(seconds)).toFixed(0)]);
}
contender.stop();
console.log(`\n${memoryCase.name} on ${values.backend}`);
console.log(table(['steps', 'RSS MiB', 'tensors', 'ms/step'], rows));
