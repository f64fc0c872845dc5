// The quickstart: pre-train on digits without labels, then see what was learned.
import { parseArgs } from 'node:util';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { selectSamples } from '@d2v/core';
import { finetune, followToEnd, loadRun, pretrain, probe, report, table } from '@d2v/train';
import { parse } from 'yaml';
import { loadDigits } from './digits.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'runs/quickstart' },
    digits: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    'set-finetune': { type: 'string', multiple: true, default: [] },
  },
});

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const seed = Number(values.seed);
const set = [`training.seed=${seed}`];
const started = performance.now();
const minutes = (): string => `${((performance.now() - started) / 60_000).toFixed(1)} min`;

const { train, heldOut } = await loadDigits(values.digits === undefined ? undefined : Number(values.digits));
console.log(`\n1. Pre-training with data2vec 2 on ${train.size} digits, no labels`);
const out = `${values.out}/pretrain`;
await followToEnd((signal) =>
  pretrain({
    config: here('pretrain.yaml'),
    data: { train, validation: heldOut },
    out,
    set: [...set, ...values.set],
    signal,
  }),
);
console.log(`   ${minutes()}`);

console.log(`\n2. Frozen features on ${heldOut.size} held-out digits`);
// Means of the whole, 2 × 2 and 3 × 3 parts: like pixels, they tell what is where. Neighbours are looked for among
// whitened features where that does better on a part of the training set.
const features = { pool: 'pyramid', whiten: 192 } as const;
const { rows } = await probe({ run: out, weights: 'student', ...features, data: { train, test: heldOut }, seed });
const head = ['features', 'linear %', '20-NN %'];
const cells = rows.map(({ features: name, linear, knn }) => [name, linear.toFixed(1), knn.toFixed(1)]);
console.log(table(head, cells));

console.log('\n3. Fine-tuning on 100 labels (10 of each digit), against the same network from scratch');
const labelled = selectSamples(train, { subset: { perClass: 10, seed, complement: false } });
const data = { train: labelled, validation: heldOut };
const { encoder, backbone } = (await loadRun(out)).config;
const recipe = parse(await readFile(here('finetune.yaml'), 'utf8')) as object;
const accuracies: [string, string][] = [];
for (const pretrained of [true, false]) {
  const name = pretrained ? 'pre-trained' : 'from scratch';
  const config = { ...recipe, encoder, backbone };
  const from = pretrained ? { from: { run: out } } : {};
  const folder = `${values.out}/100-labels-${name.replace(' ', '-')}`;
  const { metrics } = await followToEnd((signal) =>
    finetune({ config, data, out: folder, set: [...set, ...values['set-finetune']], signal, ...from }),
  );
  accuracies.push([name, metrics.accuracy!.toFixed(1)]);
}
console.log(table(['100 labels', 'accuracy %'], accuracies));

const page = await report({
  run: out,
  weights: 'student',
  features,
  data: { train, validation: heldOut },
  probe: { head, rows: cells, note: 'Held-out digits' },
});
console.log(`\nDone in ${minutes()}. Open the report: ${pathToFileURL(page).href}`);
