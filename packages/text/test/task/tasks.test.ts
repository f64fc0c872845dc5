import { HostNoise, initialise, RandomStream, Scope, within, type Features, type Task } from '@d2v/core';
import { checkGradient, expectAllclose } from '@d2v/core/testing';
import { tensor, tensor2d, tensor3d, tidy, type NamedTensorMap, type Tensor3D } from '@tensorflow/tfjs-core';
import plugin from '../../src/index.js';
import { useBackend } from '../encoder/backend.js';

beforeAll(useBackend);

function task(name: 'classification' | 'regression', options: object = {}, classes = ['no', 'yes']): Task {
  const kind = plugin.tasks[name]!;
  return kind.create(kind.schema.parse(options), { dim: 4, classes });
}

const batch = (labels?: unknown[]) => ({ inputs: {}, tokens: 3, size: 2, ...(labels && { labels }) });

/** (2, 3, 4); the last token of the second text is padding. */
const tokens = (): Tensor3D =>
  tensor3d(
    Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
    [2, 3, 4],
  );
const real = () => tensor2d([1, 1, 1, 1, 1, 0], [2, 3]);

function logits(subject: Task, features: Features, noise?: HostNoise): Float32Array {
  return tidy(() => {
    const weights = initialise(within('head', subject.parameters), new RandomStream(['head']));
    const y = subject.forward(new Scope(weights, 'head'), features, { noise });
    return y.dataSync<'float32'>().slice();
  });
}

test('the head reads the first token alone, unless it reads the mean of the real ones', () => {
  tidy(() => {
    const changed = tokens().add(tensor3d([0, 0, 1, 0, 0, 5].flatMap((x) => [x, x, x, x]), [2, 3, 4])); // prettier-ignore
    const read = (options: object, x: Tensor3D) => logits(task('classification', options), { tokens: x, real: real() });
    expectAllclose(read({}, changed as Tensor3D), read({}, tokens()));
    const [mean, meanChanged] = [read({ pooling: 'mean' }, tokens()), read({ pooling: 'mean' }, changed as Tensor3D)];
    expect(meanChanged[0]).not.toBeCloseTo(mean[0]!, 6);
    expect(meanChanged[2]).toBeCloseTo(mean[2]!, 6); // only its padding differs
  });
});

test('dropout acts in training alone', () => {
  tidy(() => {
    const subject = task('classification', { dropout: 0.5 });
    const noise = new HostNoise(new RandomStream(['noise']));
    const still = logits(subject, { tokens: tokens() });
    expect(logits(subject, { tokens: tokens() })).toEqual(still);
    expect(logits(subject, { tokens: tokens() }, noise)).not.toEqual(still);
  });
});

test.each(['classification', 'regression'] as const)('%s: the loss is a sum with the right gradient', (name) => {
  tidy(() => {
    const subject = task(name);
    const outputs = name === 'regression' ? 1 : 2;
    const { targets } = subject.targets(batch(name === 'regression' ? [0.5, 4.2] : [1, 0]));
    const [key] = Object.keys(targets) as [string];
    const uploaded: NamedTensorMap = { [key]: tensor(targets[key]!.data, [2, outputs]) };
    const predictions = tensor2d([0.3, -0.2, 1.1, 0.4].slice(0, 2 * outputs), [2, outputs]);
    checkGradient((x) => subject.loss(x, uploaded), [predictions]);
    if (name === 'regression') expectAllclose(subject.loss(predictions, uploaded), [0.2 ** 2 + 4.4 ** 2]);
  });
});

test('classification: metrics come in percent', () => {
  const evaluation = task('classification').evaluation();
  evaluation.add(Float32Array.of(2, 1, 0, 3), [2, 2], [0, 1]);
  evaluation.add(Float32Array.of(0, 3), [1, 2], [0]);
  expect(evaluation.result()).toEqual({
    accuracy: expect.closeTo(200 / 3, 6) as number,
    f1: expect.closeTo(200 / 3, 6) as number,
    matthews: 50,
  });
});

test('regression: metrics are correlations and the squared error', () => {
  const evaluation = task('regression', {}, []).evaluation();
  evaluation.add(Float32Array.of(1, 2, 3), [3, 1], [2, 3, 4]);
  expect(evaluation.result()).toEqual({
    pearson: expect.closeTo(100, 6) as number,
    spearman: expect.closeTo(100, 6) as number,
    mse: 1,
  });
});

test.each([
  ['classification', [0, 2], 'has label 2, but there are 2 classes'],
  ['classification', [0, undefined], 'has label undefined'],
  ['regression', [0, NaN], 'has the value NaN'],
] as const)('%s refuses the labels %j', (name, labels, problem) => {
  expect(() => task(name).targets(batch([...labels]))).toThrow(problem);
  expect(() => task(name).targets(batch())).toThrow('without');
});

test('one class is not enough', () => {
  expect(() => task('classification', {}, ['only'])).toThrow('at least two classes');
});
