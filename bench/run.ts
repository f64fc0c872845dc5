// npm run bench -- [--case TEXT] [--rounds N] [--steps N] [--contender NAME]...: our programs side by side with their
// peers, alternated.
import { parseArgs } from 'node:util';
import { table } from '../packages/train/src/progress/index.js';
import { benchCases, type BenchCase } from './cases/index.js';
import { Contender, median } from './contender.js';

const { values } = parseArgs({
  options: {
    case: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    steps: { type: 'string', default: '2' },
    contender: { type: 'string', multiple: true },
  },
});

const chosen = benchCases.filter(({ name }) => name.includes(values.case));
if (chosen.length === 0) refuse(`no case has '${values.case}' in its name`, benchCases);
const all = benchCases.flatMap(({ entrants }) => entrants);
const unknown = values.contender?.find((wanted) => all.every(({ name }) => name !== wanted));
if (unknown !== undefined) refuse(`no contender is called '${unknown}'`, all);
for (const bench of chosen) await measure(bench);

function refuse(problem: string, known: readonly { readonly name: string }[]): never {
  const names = [...new Set(known.map(({ name }) => name))];
  console.error(`bench: ${problem}; there are\n${names.map((name) => `  ${name}`).join('\n')}`);
  process.exit(1);
}

async function measure(bench: BenchCase): Promise<void> {
  const entrants = bench.entrants.filter(({ name }) => values.contender?.includes(name) ?? true);
  if (entrants.length === 0) return;
  const { size, amount, task } = await bench.prepare();
  console.log(`\n${bench.name}: ${size}`);
  const contenders = entrants.flatMap((entrant) => Contender.start(entrant, task) ?? []);
  const alive: Contender[] = [];
  for (const contender of contenders) {
    try {
      await contender.warmUp();
      alive.push(contender);
    } catch (error) {
      console.log(`  ${(error as Error).message}`);
    }
  }
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const contender of alive) await contender.run(Number(values.steps));
  }
  alive.forEach((contender) => contender.stop());
  const peers = bench.entrants.flatMap(({ name, packages }) => (packages ? [name] : []));
  if (alive.length > 0) show(alive, { unit: bench.unit, amount, peer: alive.find(({ name }) => peers.includes(name)) });
}

/** How much a step goes through, and whose time others are compared with. */
interface Scale {
  readonly unit: string;
  readonly amount: number;
  readonly peer: Contender | undefined;
}

function show(contenders: readonly Contender[], { unit, amount, peer }: Scale): void {
  const secondsOf = ({ rounds }: Contender): number => median(rounds.flatMap(({ seconds }) => seconds));
  const checksOf = ({ rounds }: Contender): Readonly<Record<string, number>> => rounds[0]!.checks;
  const checks = [...new Set(contenders.flatMap((contender) => Object.keys(checksOf(contender))))];
  const rows = contenders.map((contender) => {
    const seconds = secondsOf(contender);
    return [
      contender.name,
      seconds.toFixed(3),
      (amount / seconds).toFixed(1),
      peer ? (secondsOf(peer) / seconds).toFixed(2) : '–',
      (Math.max(...contender.rounds.map(({ peakBytes }) => peakBytes)) / 2 ** 30).toFixed(2),
      ...checks.map((name) => formatCheck(checksOf(contender)[name])),
    ];
  });
  console.log(table(['contender', 's/step', `${unit}/s`, `× ${peer?.name ?? 'peer'}`, 'peak GiB', ...checks], rows));
}

function formatCheck(value: number | null | undefined): string {
  if (typeof value !== 'number') return '–';
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toPrecision(4);
}
