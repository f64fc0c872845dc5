// The protocol: pre-train without labels, then classify glosses with 1 %, 10 % and 100 % of the labels, against the same
// network from scratch and naive Bayes; frozen features; nearest sentences. Resumable: run it again and it goes on where
// it stopped. With --quick it is a matter of minutes.
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { arrayDataset, textDatasets } from '@d2v/text';
import { embed, finetune, followToEnd, loadRun, pretrain, probe, report } from '@d2v/train';
import { parse } from 'yaml';
import { NaiveBayes } from './naive-bayes.js';
import { nearest } from './neighbours.js';
import { full, quick, type LabelShare } from './plan.js';
import { prepare } from './prepare.js';
import { Results } from './results.js';
import { CLASSES } from './wordnet.js';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    quick: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '1,2,3' },
    set: { type: 'string', multiple: true, default: [] },
    'set-finetune': { type: 'string', multiple: true, default: [] },
  },
});
const out = values.out ?? (values.quick ? 'runs/text-wordnet-quick' : 'runs/text-wordnet');
const plan = values.quick ? quick(1) : full(values.seeds.split(',').map(Number));

/** What the nearest glosses are looked for. */
const SENTENCES = [
  'a large animal of the forest',
  'to speak very quietly',
  'the government of a city',
  'a sweet dish made of fruit',
];

const started = performance.now();
const minutes = (): string => `${((performance.now() - started) / 60_000).toFixed(1)} min`;
const recipe = async (name: string): Promise<Record<string, object>> =>
  parse(await readFile(fileURLToPath(new URL(`${name}.yaml`, import.meta.url)), 'utf8')) as Record<string, object>;

console.log('Preparing the corpus, its tokenizer and the glosses');
const { corpus, tokenizer, train, test } = await prepare(`${out}/data`);
const glosses = (path: string, more: object = {}) => ({
  reader: 'json',
  path,
  label: 'label',
  classes: CLASSES,
  ...more,
});
const testGlosses = glosses(test, plan.tested === undefined ? {} : { subset: { fraction: plan.tested / 11_779 } });
const results = new Results(out, [...plan.shares.map(({ name }) => name), 'linear probe', '20-NN']);

const sharesOf = (seed: number) =>
  plan.shares.map((share) => {
    const { fraction } = share;
    return { share, data: glosses(train, fraction === undefined ? {} : { subset: { fraction, seed } }) };
  });

async function naiveBayes(data: ReturnType<typeof glosses>): Promise<number> {
  const open = async (options: object) => {
    const { reader: _, ...rest } = options as ReturnType<typeof glosses>;
    return textDatasets.json.open(textDatasets.json.schema.parse(rest));
  };
  const [known, heldOut] = await Promise.all([open(data), open(testGlosses)]);
  const bayes = new NaiveBayes(CLASSES.length);
  for (let i = 0; i < known.size; i++) {
    const { text, label } = await known.read(i);
    bayes.add(text, label!);
  }
  let right = 0;
  for (let i = 0; i < heldOut.size; i++) {
    const { text, label } = await heldOut.read(i);
    if (bayes.classify(text) === label) right++;
  }
  return (100 * right) / heldOut.size;
}

const tunedRun = (share: LabelShare, seed: number, pretrained: boolean): string =>
  `${out}/${share.name.replace(' %', '')}-percent-${pretrained ? 'pre-trained' : 'scratch'}-${seed}`;

/** Accuracy after fine-tuning in percent. */
async function fineTuned(
  share: LabelShare,
  data: object,
  seed: number,
  run: string,
  pretrained: boolean,
): Promise<number> {
  const { encoder, backbone } = await shapeOf(run);
  const base = await recipe('finetune');
  const config = {
    ...base,
    encoder,
    backbone,
    data: {
      transform: { ...(base.data as { transform: object }).transform, tokenizer },
      train: data,
      validation: testGlosses,
    },
    training: { ...base.training, updates: share.updates, batchSize: share.batchSize, seed },
  };
  const from = pretrained ? { from: { run, weights: 'student' as const } } : {};
  const { metrics } = await followToEnd((signal) =>
    finetune({ config, out: tunedRun(share, seed, pretrained), set: values['set-finetune'], signal, ...from }),
  );
  return metrics.accuracy!;
}

async function shapeOf(path: string): Promise<{ encoder: unknown; backbone: unknown }> {
  const run = await loadRun(path);
  run.dispose();
  return run.config;
}

/** Accuracies of classifiers on frozen features, pre-trained and random ones. */
async function probed(run: string, seed: number): Promise<Record<'pre-trained' | 'random weights', object>> {
  const data = { train: glosses(train, { subset: { fraction: plan.probed, seed } }), test: testGlosses };
  const { rows } = await probe({ run, weights: 'student', data, seed, baselines: ['random'] });
  const scores = rows.map(({ features, linear, knn }) => [features, { 'linear probe': linear, '20-NN': knn }]);
  return Object.fromEntries(scores) as Record<'pre-trained' | 'random weights', object>;
}

async function printNeighbours(run: string): Promise<void> {
  const pool = await textDatasets.json.open(
    textDatasets.json.schema.parse({ path: test, label: 'label', classes: CLASSES, subset: { fraction: 0.25 } }),
  );
  const queries = arrayDataset({ texts: SENTENCES, name: 'sentence' });
  const features = { queries: await embed({ run, weights: 'student', data: queries }), pool: await embed({ run, weights: 'student', data: pool }) }; // prettier-ignore
  for (const [i, found] of nearest(features.queries, features.pool, 3).entries()) {
    console.log(`\n  ${SENTENCES[i]}`);
    for (const { index, cosine } of found) {
      const { text, label } = await pool.read(index);
      console.log(`    ${cosine.toFixed(2)}  ${CLASSES[label!]!.padEnd(18)} ${text}`);
    }
  }
}

for (const seed of plan.seeds) {
  for (const { share, data } of sharesOf(seed)) {
    await results.part('naive Bayes', seed, [share.name], async () => ({ [share.name]: await naiveBayes(data) }));
  }
  const run = `${out}/pretrain-${seed}`;
  console.log(`\nPre-training, seed ${seed}`);
  const config = await recipe('pretrain');
  const data = {
    train: { reader: 'blocks', path: corpus, tokenizer, cache: `${out}/cache` },
    // Of use to whatever reads texts with this run later: probes, features, fine-tuning.
    transform: { tokenizer, maxTokens: 128 },
  };
  const set = [`training.seed=${seed}`, ...plan.pretrain, ...values.set];
  await followToEnd((signal) => pretrain({ config: { ...config, data }, out: run, set, signal }));
  for (const { share, data: labelled } of sharesOf(seed)) {
    for (const [method, pretrained] of [
      ['pre-trained', true],
      ['from scratch', false],
    ] as const) {
      // prettier-ignore
      await results.part(method, seed, [share.name], async () => {
        console.log(`\nFine-tuning on ${share.name} of the labels, ${method}, seed ${seed}`);
        return { [share.name]: await fineTuned(share, labelled, seed, run, pretrained) };
      });
    }
  }
  const columns = ['linear probe', '20-NN'];
  let scores: Awaited<ReturnType<typeof probed>> | undefined;
  for (const [method, features] of [
    ['pre-trained', 'pre-trained'],
    ['from scratch', 'random weights'],
  ] as const) {
    // prettier-ignore
    await results.part(method, seed, columns, async () => ({ ...(scores ??= await probed(run, seed))[features] }));
  }
  console.log(`\n${results.markdown()}\n${minutes()}`);
}

const [seed = 1] = plan.seeds;
const first = `${out}/pretrain-${seed}`;
console.log('\nNearest held-out glosses');
await printNeighbours(first);
console.log(
  `\nDone in ${minutes()}. The table is in ${out}/results.md; open the reports of pre-training and of fine-tuning:`,
);
for (const run of [first, tunedRun(plan.shares.at(-1)!, seed, true)]) {
  console.log(`  ${pathToFileURL(await report({ run })).href}`);
}
