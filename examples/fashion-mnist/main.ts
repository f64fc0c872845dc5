// The full protocol: pre-train with data2vec 1 and 2, probe, fine-tune on 1 % of the labels, against random weights.
// Resumable: run it again and it goes on where it stopped.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { finetune, followToEnd, loadRun, pretrain, probe, report, table } from '@d2v/train';
import { parse } from 'yaml';
import { fashionMnist } from './dataset.js';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string', default: 'runs/fashion-mnist' },
    seeds: { type: 'string', default: '1' },
    methods: { type: 'string', default: 'data2vec2,data2vec1' },
    set: { type: 'string', multiple: true, default: [] },
    'set-finetune': { type: 'string', multiple: true, default: [] },
  },
});

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const folder = fashionMnist(values.data, `${values.out}/data`);
const dataset = (split: 'train' | 't10k') => ({
  reader: 'idx',
  images: `${folder}/${split}-images-idx3-ubyte.gz`,
  labels: `${folder}/${split}-labels-idx1-ubyte.gz`,
});
const recipe = async (name: string): Promise<Record<string, object>> =>
  parse(await readFile(here(`${name}.yaml`), 'utf8')) as Record<string, object>;

/**
 * Short runs are better judged by the student: its moving average is still on its way. Tokens tell what is where, and the
 * average over the blocks, which the targets are too, tells more than the last one.
 */
const FEATURES = { weights: 'student', pool: 'tokens', layers: 4, whiten: 192 } as const;
/** Training images of the classifiers on frozen features; all 60,000 would take thrice the time. */
const PROBED = 20_000;

interface Scores {
  readonly linear?: number;
  readonly knn?: number;
  readonly labels?: number;
}

/** The rows of the table that a method's run fills. */
type Rows = Readonly<Record<string, Scores>>;

/** Rows that an earlier call computed are read back, so that a table grows over several calls. */
async function remembered(name: string, compute: () => Promise<Rows>): Promise<Rows> {
  const file = `${values.out}/${name}.json`;
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Rows;
  const rows = await compute();
  writeFileSync(file, JSON.stringify(rows));
  return rows;
}

/** Accuracy after fine-tuning on 1 % of the labels. */
async function onePercent(out: string, seed: number, run: string, from?: string): Promise<number> {
  const { encoder, backbone } = (await loadRun(run)).config;
  const config = await recipe('finetune');
  const train = { ...dataset('train'), subset: { fraction: 0.01, seed } };
  const data = { ...config.data, train, validation: dataset('t10k') };
  const source = from ? { from: { run: from, weights: FEATURES.weights } } : {};
  const set = [`training.seed=${seed}`, ...values['set-finetune']];
  const { metrics } = await followToEnd((signal) =>
    finetune({ config: { ...config, encoder, backbone, data }, out, set, signal, ...source }),
  );
  return metrics.accuracy!;
}

/** The method whose network is the one with random weights. */
const BASELINE = 'data2vec2';

/** What a pre-trained run is worth; of one method also what its network with random weights and the pixels are worth. */
async function judge(method: string, seed: number, run: string): Promise<Rows> {
  const baselines = method === BASELINE ? (['random', 'raw'] as const) : [];
  const labels = {
    'pre-trained': await onePercent(`${run}-labels`, seed, run, run),
    ...(method === BASELINE && { 'random weights': await onePercent(`${run}-scratch`, seed, run) }),
  };
  const data = { train: { ...dataset('train'), limit: PROBED }, test: dataset('t10k') };
  const { rows } = await probe({ run, ...FEATURES, data, seed, baselines });
  return Object.fromEntries(
    rows.map(({ features, linear, knn }) => [
      { 'pre-trained': method, 'random weights': 'random weights', 'raw input': 'pixels' }[features],
      { linear, knn, ...(features !== 'raw input' && { labels: labels[features] }) },
    ]),
  );
}

const results = new Map<string, Scores[]>();
for (const seed of values.seeds.split(',').map(Number)) {
  for (const method of values.methods.split(',')) {
    const out = `${values.out}/${method}-${seed}`;
    console.log(`\n${method}, seed ${seed}`);
    const config = await recipe(method);
    const data = { ...config.data, train: dataset('train'), validation: { ...dataset('t10k'), limit: 2000 } };
    await followToEnd((signal) =>
      pretrain({ config: { ...config, data }, out, set: [`training.seed=${seed}`, ...values.set], signal }),
    );
    const rows = await remembered(`${method}-${seed}`, () => judge(method, seed, out));
    for (const [row, scores] of Object.entries(rows)) results.set(row, [...(results.get(row) ?? []), scores]);
    const { weights, ...features } = FEATURES;
    console.log(`report: ${await report({ run: out, weights, features })}`);
  }
}

const spread = (values: readonly (number | undefined)[]): string => {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return '–';
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  const deviation = Math.sqrt(
    known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length - 1),
  );
  return known.length > 1 ? `${mean.toFixed(1)} ± ${deviation.toFixed(1)}` : mean.toFixed(1);
};
const rows = [...results].map(([name, scores]) => [
  name,
  spread(scores.map(({ linear }) => linear)),
  spread(scores.map(({ knn }) => knn)),
  spread(scores.map(({ labels }) => labels)),
]);
console.log(`\n${table(['features', 'linear %', '20-NN %', '1 % of the labels %'], rows)}`);
