// node --conditions=@d2v/source --import ./tools/typescript.mjs bench/embedding.ts [--backend NAME] [--rounds N]: ways to
// the gradient of a look-up in RoBERTa's token table, 50,265 × 768, for 8 texts of 512 tokens.
import { parseArgs } from 'node:util';
import { embedding, RandomStream, valueAndGradients, type BackendChoice } from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import * as tf from '@tensorflow/tfjs-core';
import { table as printed } from '../packages/train/src/progress/index.js';
import { median } from './contender.js';

const { values } = parseArgs({
  options: { backend: { type: 'string', default: 'tensorflow' }, rounds: { type: 'string', default: '5' } },
});
await loadBackend(values.backend as BackendChoice);

const [VOCABULARY, DIM, TEXTS, TOKENS] = [50_265, 768, 8, 512];
const PADDING = 1;
const stream = new RandomStream([1]);
const table = tf.variable(tf.randomNormal<tf.Rank.R2>([VOCABULARY, DIM], 0, 0.02, 'float32', 1));
const ids = tf.tensor2d(
  Int32Array.from({ length: TEXTS * TOKENS }, () => 4 + stream.below(VOCABULARY - 4)),
  [TEXTS, TOKENS],
);
const dy = tf.randomNormal<tf.Rank.R2>([TEXTS * TOKENS, DIM], 0, 1, 'float32', 2);
const flat = tf.reshape(ids, [-1]) as tf.Tensor1D;

const ways: Readonly<Record<string, () => tf.Tensor>> = {
  'segment sum (ours), look-up included': () => {
    const loss = () => tf.sum(tf.mul(tf.reshape(embedding(table as tf.Tensor2D, ids, PADDING), [-1, DIM]), dy));
    return Object.values(valueAndGradients(loss, [table]).gradients)[0]!;
  },
  'segment sum alone': () => tf.unsortedSegmentSum(dy, flat, VOCABULARY),
  scatter: () => tf.scatterND(tf.expandDims(flat, 1), dy, [VOCABULARY, DIM]),
  'product with one-hot rows': () => tf.matMul(tf.oneHot(flat, VOCABULARY), dy, true, false),
};

let exact: tf.Tensor | undefined;
const rows: (string | number)[][] = [];
for (const [name, way] of Object.entries(ways)) {
  const times: number[] = [];
  let difference = 0;
  for (let round = 0; round <= Number(values.rounds); round++) {
    const begin = performance.now();
    const gradient = tf.tidy(way);
    tf.tidy(() => tf.sum(tf.slice(gradient, [0, 0], [1, 1]))).dataSync();
    if (round > 0) times.push(performance.now() - begin);
    exact ??= tf.keep(gradient.clone());
    difference = tf.tidy(() => tf.max(tf.abs(tf.sub(gradient, exact!)))).dataSync()[0]!;
    gradient.dispose();
  }
  rows.push([name, median(times).toFixed(0), difference.toExponential(1)]);
}
console.log(printed([`gradient on ${values.backend}`, 'ms', 'largest difference'], rows));
