// npm run bench -- [--case TEXT] [--rounds N] [--steps N]: training steps side by side with PyTorch, alternated.
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { table } from '../packages/train/src/progress/index.js';
import { stepCases, type StepCase } from './cases.js';
import { Contender, median } from './contender.js';

const { values } = parseArgs({
  options: {
    case: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    steps: { type: 'string', default: '2' },
    contender: { type: 'string', multiple: true, default: ['PyTorch fp32', 'tensorflow', 'wasm'] },
  },
});

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const threads = String(availableParallelism());
const python = preparePython();

for (const bench of stepCases.filter(({ name }) => name.includes(values.case))) {
  const contenders = open(bench);
  console.log(
    `\n${bench.name}: ${bench.batchSize} images of ${bench.imageSize}²${bench.masks > 1 ? ` × ${bench.masks} masks` : ''}`,
  );
  const alive: Contender[] = [];
  for (const contender of contenders) {
    try {
      await contender.run(1); // warm up
      contender.rounds.length = 0;
      alive.push(contender);
    } catch (error) {
      console.log(`  ${(error as Error).message}`);
    }
  }
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const contender of alive) await contender.run(Number(values.steps));
  }
  show(bench, alive);
  alive.forEach((contender) => contender.stop());
}

function open(bench: StepCase): Contender[] {
  const text = JSON.stringify(bench);
  return values.contender.flatMap((name) => {
    if (name.startsWith('PyTorch')) {
      return python ? [new Contender(name, python, [here('peers/vision_step.py'), text, threads])] : [];
    }
    if (name === 'wasm' && bench.dim >= 768) return []; // a step takes minutes
    const args = ['--conditions=@d2v/source', '--import', 'tsx', here('contenders/d2v-step.ts'), name, text];
    return [new Contender(name, process.execPath, args)];
  });
}

function show(bench: StepCase, contenders: readonly Contender[]): void {
  const times = contenders.map(({ rounds }) => median(rounds.flatMap(({ seconds }) => seconds)));
  const reference = times[contenders.findIndex(({ name }) => name.startsWith('PyTorch'))];
  const rows = contenders.map(({ name, rounds }, i) => [
    name,
    times[i]!.toFixed(3),
    (bench.batchSize / times[i]!).toFixed(1),
    reference ? (reference / times[i]!).toFixed(2) : '–',
    (Math.max(...rounds.map(({ peakBytes }) => peakBytes)) / 2 ** 30).toFixed(2),
  ]);
  console.log(table(['contender', 's/step', 'images/s', '× PyTorch', 'peak GiB'], rows));
}

/** A Python with torch in .bench/, made once; nothing where pip cannot have it. */
function preparePython(): string | undefined {
  const folder = here('../.bench/python');
  const binary = `${folder}/bin/python`;
  if (existsSync(binary) && spawnSync(binary, ['-c', 'import torch']).status === 0) return binary;
  console.log('installing PyTorch for the comparison …');
  const made = spawnSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' }).status === 0;
  const installed =
    made && spawnSync(binary, ['-m', 'pip', 'install', '-q', 'torch', 'numpy'], { stdio: 'inherit' }).status === 0;
  if (!installed) console.log('PyTorch cannot be installed here: running without it');
  return installed ? binary : undefined;
}
