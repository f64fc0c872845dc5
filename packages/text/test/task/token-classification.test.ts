import { initialise, RandomStream, Scope, within, type HostBatch, type Task } from '@d2v/core';
import { checkGradient } from '@d2v/core/testing';
import { tensor, tensor3d, tidy } from '@tensorflow/tfjs-core';
import plugin, { headRules } from '../../src/index.js';
import { convertNames } from '@d2v/core';
import { useBackend } from '../encoder/backend.js';

beforeAll(useBackend);

const CLASSES = ['B-LOC', 'I-LOC', 'O'];

function subject(classes: readonly string[] = CLASSES): Task {
  const kind = plugin.tasks['token-classification']!;
  return kind.create(kind.schema.parse({}), { dim: 4, classes });
}

const batch = (labels: unknown[]): HostBatch => ({ inputs: {}, tokens: 4, size: 2, lengths: [4, 3], labels });

test('targets: ignored tokens and padding weigh nothing, the others the same', () => {
  const { targets } = subject().targets(batch([Int32Array.of(-1, 2, -1, -1), Int32Array.of(-1, 0, 1)]));
  expect([...targets.labels!.data]).toEqual([0, 2, 0, 0, 0, 0, 1, 0]);
  const third = Math.fround(2 / 3);
  expect([...targets.weights!.data]).toEqual([0, third, 0, 0, 0, third, third, 0]);
});

test('the loss is the mean over labelled tokens times the texts, with the right gradient', () => {
  tidy(() => {
    const task = subject();
    const { targets } = task.targets(batch([Int32Array.of(-1, 2, -1, -1), Int32Array.of(-1, 0, 1)]));
    const uploaded = {
      labels: tensor(targets.labels!.data, [8], 'int32'),
      weights: tensor(targets.weights!.data, [8], 'float32'),
    };
    const x = tensor3d(
      Float32Array.from({ length: 32 }, (_, i) => Math.sin(i)),
      [2, 4, 4],
    );
    const weights = initialise(within('head', task.parameters), new RandomStream(['head']));
    const logits = task.forward(new Scope(weights, 'head'), { tokens: x }, {});
    expect(logits.shape).toEqual([2, 4, 3]);
    const values = logits.dataSync<'float32'>();
    const nll = (row: number, label: number): number => {
      const own = [...values.subarray(3 * row, 3 * row + 3)];
      return Math.log(own.reduce((sum, value) => sum + Math.exp(value), 0)) - own[label]!;
    };
    const mean = (nll(1, 2) + nll(5, 0) + nll(6, 1)) / 3;
    expect(task.loss(logits, uploaded).dataSync()[0]).toBeCloseTo(2 * mean, 5);
    checkGradient((y) => task.loss(y, uploaded), [logits]);
  });
});

test('metrics: accuracy of words, F1 of entities; the rest of a word does not count', () => {
  const evaluation = subject().evaluation();
  const hot = (...classes: number[]): number[] => classes.flatMap((c) => [0, 1, 2].map((k) => Number(k === c)));
  // Word labels B-LOC O | B-LOC I-LOC; found B-LOC O | B-LOC O, with what is ignored wrong on purpose.
  const logits = Float32Array.from([...hot(1, 0, 0, 2), ...hot(2, 0, 2, 1)]);
  evaluation.add(logits, [2, 4, 3], [Int32Array.of(-1, 0, -1, 2), Int32Array.of(-1, 0, 1)]);
  expect(evaluation.result()).toEqual({ accuracy: 75, precision: 50, recall: 50, f1: 50 });
});

test('without tags of entities there is accuracy alone', () => {
  const evaluation = subject(['NOUN', 'VERB']).evaluation();
  evaluation.add(Float32Array.of(0, 1, 1, 0), [1, 2, 2], [Int32Array.of(1, 1)]);
  expect(evaluation.result()).toEqual({ accuracy: 50 });
});

test.each([
  [[Int32Array.of(0, 3), Int32Array.of(0)], 'has label 3, but there are 3 classes'],
  [[1, 2], 'has no labels for its words'],
])('bad labels are refused: %j', (labels, problem) => {
  expect(() => subject().targets(batch(labels))).toThrow(problem);
  expect(() => subject(['only'])).toThrow('at least two classes');
});

test("heads of Hugging Face's and fairseq's classes become ours", () => {
  const tensors = (names: string[]) => new Map(names.map((name) => [name, { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: name.endsWith('bias') ? [6] : [2, 3] }])); // prettier-ignore
  const renamed = (task: keyof typeof headRules, names: string[]): string[] => [
    ...convertNames(tensors(names), { rules: headRules[task] }).tensors.keys(),
  ];
  expect(renamed('token-classification', ['classifier.weight', 'classifier.bias'])).toEqual([
    'head.weight',
    'head.bias',
  ]);
  const sentence = ['head.dense.weight', 'head.out_proj.bias'];
  expect(renamed('classification', ['classifier.dense.weight', 'classifier.out_proj.bias'])).toEqual(sentence);
  const fairseq = 'model.classification_heads.sentence_classification_head';
  expect(renamed('regression', [`${fairseq}.dense.weight`, `${fairseq}.out_proj.bias`])).toEqual(sentence);
  expect(renamed('masked-lm', ['encoder.lm_head.layer_norm.weight', 'encoder.lm_head.bias'])).toEqual([
    'head.norm.weight',
    'head.bias',
  ]);
});
