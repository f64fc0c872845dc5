// The full protocol: pre-train on speech in five languages without labels, then recognise Russian and English with and
// without pre-training, and tell languages and kinds of clips apart with frozen features.
// Resumable: run it again and it goes on where it stopped. `--quick` takes minutes and tells little.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { speechDatasets, type AudioItem } from '@d2v/speech';
import type { Dataset } from '@d2v/core';
import {
  evaluate,
  finetune,
  followToEnd,
  linearProbe,
  loadRun,
  pretrain,
  probe,
  probeData,
  report,
  type FeatureSet,
} from '@d2v/train';
import { parse } from 'yaml';
import { logMelFeatures } from './log-mel.js';
import { corpora, languages, speechPackages } from './prepare-fetch.js';
import { writeManifests } from './prepare-manifests.js';
import { Results, type Scores } from './results.js';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    out: { type: 'string' },
    data: { type: 'string' },
    seeds: { type: 'string' },
    updates: { type: 'string' },
    backend: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    'set-finetune': { type: 'string', multiple: true, default: [] },
  },
});
const { quick } = values;
const out = resolve(values.out ?? (quick ? 'runs/quickstart-speech' : 'runs/speech-prompts'));
const seeds = (values.seeds ?? (quick ? '1' : '1,2,3')).split(',').map(Number);
/** Of recognition: as soon as there are letters, and when they have come for a while. */
const budgets = (values.updates ?? (quick ? '300' : '400,1000')).split(',').map(Number);
const started = performance.now();
const minutes = (): string => `${((performance.now() - started) / 60_000).toFixed(1)} min`;

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
type Config = Record<string, object>;
const recipe = async (name: string): Promise<Config> => parse(await readFile(here(`${name}.yaml`), 'utf8')) as Config;
const quickKeys = quick
  ? ((await recipe('quick')) as unknown as Record<'pretrain' | 'recognise', string[]>)
  : undefined;
const overrides = (name: 'pretrain' | 'recognise', seed: number): string[] => [
  `training.seed=${seed}`,
  ...(quickKeys?.[name] ?? []),
  ...(values.backend ? [`backend=${values.backend}`] : []),
  ...(name === 'pretrain' ? values.set : values['set-finetune']),
];

const data = join(out, 'data');
const spoken = quick ? (['en', 'ru'] as const) : languages;
const wanted = quick ? spoken : corpora;
const transcribed = quick ? ['en'] : ['festvox-ru', 'en'];
const labels = quick ? ['kind'] : ['language', 'kind'];
const root = speechPackages(values.data && resolve(values.data), join(data, 'packages'), wanted);
const counts = writeManifests(root, data, wanted);
const list = (name: string) => ({ reader: 'table', path: join(data, `${name}.jsonl`) });
const { utterances, minutes: length } = counts.find((count) => count.list === 'pretrain-train')!;
console.log(`${utterances} recordings without labels, ${length.toFixed(0)} minutes (${minutes()})`);

const results = new Results(out);
const logMelSets = new Map<string, Promise<FeatureSet>>();

for (const seed of seeds) {
  const run = join(out, `pretrain-${seed}`);
  console.log(`\nseed ${seed}: pre-training with data2vec 2`);
  await pretrained(run, seed);
  for (const updates of budgets) {
    for (const corpus of transcribed) {
      for (const row of ['pre-trained', 'from scratch']) {
        const folder = recogniserRun(corpus, row, updates, seed);
        const from = row === 'pre-trained' ? run : undefined;
        await add(`recognition, ${updates} updates`, row, seed, [`${corpus} CER %`, `${corpus} WER %`], () =>
          recognition(corpus, folder, { seed, updates, shape: run, from }),
        );
      }
    }
  }
  for (const label of labels) await probes(label, run, seed);
}

const [first = 1] = seeds;
console.log(
  `\n${results.markdown()}\n${minutes()}. The tables are in ${out}/results.md; open the reports of pre-training and of fine-tuning:`,
);
for (const run of [
  join(out, `pretrain-${first}`),
  recogniserRun(transcribed[0]!, 'pre-trained', budgets.at(-1)!, first),
]) {
  console.log(`  ${pathToFileURL(await report({ run })).href}`);
}

function recogniserRun(corpus: string, row: string, updates: number, seed: number): string {
  return join(out, `${corpus}-${row.replace(' ', '-')}-${updates}-${seed}`);
}

async function add(part: string, row: string, seed: number, names: string[], compute: () => Promise<Scores>) {
  await results.add(part, row, seed, names, async () => {
    console.log(`\nseed ${seed}: ${part}, ${row}, ${names.join(', ')}`);
    const scores = await compute();
    console.log(
      Object.entries(scores)
        .map(([name, score]) => `${name} ${score.toFixed(1)}`)
        .join(', '),
      `(${minutes()})`,
    );
    return scores;
  });
}

/** Pre-trains on everything that is not held out, or goes on with it. */
async function pretrained(run: string, seed: number): Promise<void> {
  const config = await recipe('pretrain');
  const train = { ...list('pretrain-train'), minSeconds: 0.5 };
  const whole = { ...config, data: { ...config.data, train } };
  await followToEnd((signal) => pretrain({ config: whole, out: run, set: overrides('pretrain', seed), signal }));
}

interface Recognition {
  readonly seed: number;
  readonly updates: number;
  /** The run whose network's shape is taken. */
  readonly shape: string;
  /** The run whose weights are taken; absent: random ones. */
  readonly from: string | undefined;
}

/** Error rates on the test part after fine-tuning on the training part. */
async function recognition(
  corpus: string,
  folder: string,
  { seed, updates, shape, from }: Recognition,
): Promise<Scores> {
  const config = await recipe('recognise');
  const loaded = await loadRun(shape);
  const { encoder, backbone } = loaded.config;
  loaded.dispose();
  const train = { ...list(`${corpus}-train`), maxSeconds: 20 };
  const sections = { train, validation: list(`${corpus}-dev`) };
  const whole = { ...config, encoder, backbone, data: { ...config.data, ...sections } };
  const source = from ? { from: { run: from, weights: 'student' as const } } : {};
  await followToEnd((signal) =>
    finetune({
      config: whole,
      out: folder,
      set: [`training.updates=${updates}`, ...overrides('recognise', seed)],
      signal,
      ...source,
    }),
  );
  const { metrics } = await evaluate({ run: folder, data: list(`${corpus}-test`) });
  return { [`${corpus} CER %`]: metrics.cer!, [`${corpus} WER %`]: metrics.wer! };
}

/** Accuracy of a linear classifier on frozen features, of random weights and of log-mel statistics. */
async function probes(label: string, run: string, seed: number): Promise<void> {
  const classes = label === 'language' ? [...spoken] : ['digit', 'letter', 'phonetic', 'prompt'];
  const labelled = (split: string) => ({ ...list(`prompts-${split}`), label, classes });
  const both = { train: labelled('train'), test: labelled('test') };
  const column = `${label} %`;
  // Both rows come out of one comparison, which is made when the first of them is missing.
  const compared = once(() =>
    probe({ run, weights: 'student', data: both, seed, baselines: ['random'], batchSize: 8 }),
  );
  for (const row of ['pre-trained', 'random weights'] as const) {
    await add('frozen features', row, seed, [column], async () => {
      const { rows } = await compared();
      return { [column]: rows.find(({ features }) => features === row)!.linear };
    });
  }
  await add('frozen features', 'log-mel statistics', seed, [column], async () => {
    const [train, test] = [await logMel(both.train), await logMel(both.test)];
    return { [column]: (await linearProbe(probeData(train, test), { seed })).accuracy };
  });
}

/** Statistics of a list, computed once whatever its labels are. */
async function logMel(described: { reader: string; path: string }): Promise<FeatureSet> {
  const dataset = await open(described);
  const features = logMelSets.get(described.path) ?? logMelFeatures(dataset);
  logMelSets.set(described.path, features);
  const set = await features;
  return {
    ...set,
    labels: Int32Array.from({ length: set.size }, (_, i) => dataset.label!(i)),
    classes: dataset.classes!,
  };
}

function once<T>(compute: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= compute());
}

function open({ reader: _, ...options }: { reader: string; path: string }): Promise<Dataset<AudioItem>> {
  const { table } = speechDatasets;
  return table.open(table.schema.parse(options) as never);
}
