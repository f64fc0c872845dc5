import {
  ConfigError,
  disposeBatch,
  initialise,
  RandomStream,
  SampleError,
  Scope,
  Supervised,
  uploadBatch,
  type HostBatch,
  type Task,
} from '@d2v/core';
import { expectAllclose } from '@d2v/core/testing';
import { dispose, tensor, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import plugin from '../../src/index.js';
import { useBackend } from '../backend.js';
import { utterance } from '../waveforms.js';
import { encoder, network } from './network.js';

beforeAll(useBackend);

const kind = plugin.tasks.tagging!;
const classes = ['dog', 'music', 'rain'];
const task = (options: object = {}, names: readonly string[] = classes): Task =>
  kind.create(kind.schema.parse(options), { dim: 4, classes: names, encoder });
const batch = (...labels: (readonly number[])[]): HostBatch =>
  network.encoder.collate(labels.map((list, i) => utterance(400 + 600 * i, `${i}.wav`, Int32Array.from(list))));

test('a clip has the probability Σ q²/Σ q of each class, of q on every frame', () => {
  tidy(() => {
    const tokens = tensor([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], [1, 3, 4]) as Tensor3D;
    const frames = [[2, -1], [0, 3], [-2, 0]]; // prettier-ignore
    const p = new Scope({ weight: tensor([...frames.flat(), 9, 9], [4, 2]), bias: tensor([0.5, -1]) });
    const expected = [0.5, -1].map((bias, c) => {
      const q = frames.map((logits) => 1 / (1 + Math.exp(-logits[c]! - bias)));
      const probability = q.reduce((sum, x) => sum + x * x, 0) / q.reduce((sum, x) => sum + x, 0);
      return Math.log(probability / (1 - probability));
    });
    expectAllclose(task({}, ['a', 'b']).forward(p, { tokens }, {}), expected, { rtol: 1e-4, atol: 1e-5 });
  });
});

test('targets are rows of zeros and ones; in training clips are mixed, frames and channels hidden', () => {
  const options = {
    mixup: { probability: 1 },
    mask: { time: { prob: 0.5, length: 3 }, channel: { prob: 0.5, length: 2 } },
  };
  const clips = batch([0, 2], [], [1]);
  const evaluated = task(options).targets(clips);
  expect(evaluated).toEqual({
    batch: clips,
    targets: { labels: { data: Float32Array.of(1, 0, 1, 0, 0, 0, 0, 1, 0), shape: [3, 3] } },
  });
  const trained = task(options).targets(clips, new RandomStream([1]));
  expect(Object.keys(trained.batch.inputs)).toEqual(['waveforms', 'timeMask', 'channelMask']);
  expect(trained.batch.inputs.waveforms!.data).not.toEqual(clips.inputs.waveforms!.data);
  const shares = [...(trained.targets.labels!.data as Float32Array)];
  expect(shares.some((share) => share > 0 && share < 1)).toBe(true);
  expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(3, 5); // a permutation loses no label
});

test('the loss is the binary cross entropy of every class; the metric is mean average precision', () => {
  const head = task();
  tidy(() => {
    const labels = tensor([1, 0, 1, 0, 0, 0], [2, 3]);
    expectAllclose(head.loss(tensor([0, 0, 0, 0, 0, 0], [2, 3]), { labels }), [6 * Math.log(2)], { rtol: 1e-6 });
    expectAllclose(head.loss(tensor([9, -9, 9, -9, -9, -9], [2, 3]), { labels }), [6 * Math.log1p(Math.exp(-9))], { rtol: 1e-3 }); // prettier-ignore
  });
  const evaluation = head.evaluation();
  evaluation.add(Float32Array.of(3, 0, 1, 1, 0, 2), [2, 3], [Int32Array.of(0, 2), Int32Array.of()]);
  expect(evaluation.result()).toEqual({ map: 75 }); // dog is ranked first, rain second of two
});

test('a padded clip has the logits that it has alone', () => {
  const objective = new Supervised(network, task());
  const weights = initialise({ ...network.parameters, ...objective.parameters }, new RandomStream(['head']));
  const logits = (host: HostBatch): Float32Array => {
    const uploaded = uploadBatch(objective.prepare(host));
    const values = tidy(() => objective.predict(weights, uploaded, {}).dataSync<'float32'>());
    disposeBatch(uploaded);
    return values;
  };
  const together = logits(batch([0], [1], []));
  expectAllclose(together.subarray(0, 3), logits(batch([0])), { rtol: 1e-4, atol: 1e-5 });
  dispose(weights as never);
});

test('a label that is no class, clips without lists, and fewer than two classes are refused', () => {
  expect(() => task().targets(batch([0], [1, 3]))).toThrow(SampleError);
  expect(() => task().targets(batch([0], [1, 3]))).toThrow('1.wav: has label 3, but there are 3 classes');
  const unlabelled = network.encoder.collate([utterance(400, 'a.wav')]);
  expect(() => task().targets(unlabelled)).toThrow('a.wav: has no list of labels');
  expect(() => task({}, ['dog'])).toThrow(ConfigError);
});

test('lists of labels are not for a task with one class a clip', () => {
  const classification = plugin.tasks.classification!;
  const head = classification.create(classification.schema.parse({}), { dim: 4, classes });
  expect(() => head.targets(batch([0, 2]))).toThrow('0.wav: has a list of 2 labels, but one is needed');
});
