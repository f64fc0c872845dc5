import { ConfigError, RandomStream, SampleError, Scope, type HostBatch, type Task } from '@d2v/core';
import { checkGradient, expectAllclose } from '@d2v/core/testing';
import { randomNormal, tensor, tidy, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import plugin from '../../src/index.js';
import { useBackend } from '../encoder/backend.js';
import { images } from '../encoder/samples.js';

beforeAll(useBackend);

const classes = ['cat', 'dog', 'cow', 'hen', 'pig', 'ant'];
const kind = plugin.tasks.classification!;
const task = (options: object = {}, names: readonly string[] = classes): Task =>
  kind.create(kind.schema.parse(options), { dim: 4, classes: names });

const encoder = plugin.createEncoder(
  plugin.configSchema.parse({ imageSize: 8, patchSize: 4, mask: { strategy: 'random', ratio: 0.5 } }),
  { dim: 4, heads: 2 },
);
const batch = (labels: unknown[]): HostBatch => ({ ...encoder.collate(images(labels.length, 8)), labels });

test('logits are a linear layer on the standardised mean of the patches', () => {
  tidy(() => {
    const tokens = randomNormal([2, 5, 4], 0, 1, 'float32', 1) as Tensor3D;
    const [weight, gain, bias] = [
      randomNormal([4, 6], 0, 1, 'float32', 2),
      tensor([1, 2, 3, 4]),
      tensor([0, 1, 0, -1]),
    ];
    const zero = tensor([0, 1, 2, 3, 4, 5]);
    const f = (weight: Tensor, gain: Tensor, bias: Tensor, offset: Tensor, x: Tensor): Tensor =>
      task().forward(
        new Scope({ weight, bias: offset, 'norm.weight': gain, 'norm.bias': bias }),
        { tokens: x as Tensor3D },
        {},
      );
    const mean = tokens.mean(1);
    const centred = mean.sub(mean.mean(1, true));
    const normal = centred.div(centred.square().mean(1, true).add(1e-6).sqrt()).mul(gain).add(bias);
    expectAllclose(f(weight, gain, bias, zero, tokens), normal.matMul(weight as never).add(zero), {
      rtol: 1e-4,
      atol: 1e-4,
    });
    const inputs = [weight, gain, bias, zero, tokens];
    checkGradient((...x) => f(...(x as [Tensor, Tensor, Tensor, Tensor, Tensor])), inputs, { rtol: 5e-3 });
  });
});

test('labels become one-hot rows; in training they are smoothed and mixed', () => {
  const { targets } = task().targets(batch([1, 5, 0]));
  expect(targets.labels!.shape).toEqual([3, 6]);
  expectAllclose(targets.labels!.data, [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
  const plain = { mix: { mixup: 0, cutmix: 0, labelSmoothing: 0.3 } };
  const smooth = task(plain).targets(batch([1, 5, 0]), new RandomStream([1]));
  expectAllclose(smooth.targets.labels!.data.subarray(0, 6), [0.05, 0.75, 0.05, 0.05, 0.05, 0.05]);
  const mixed = task().targets(batch([1, 5, 0]), new RandomStream([1]));
  expect(mixed.batch.inputs.images).not.toEqual(batch([1, 5, 0]).inputs.images);
  expect(task().targets(batch([1, 5, 0])).batch.inputs.images).toEqual(batch([1, 5, 0]).inputs.images);
});

test('a label that is no class, or missing, is refused', () => {
  for (const labels of [
    [1, 6],
    [1, -1],
    [1, 1.5],
    [1, 'dog'],
    [1, undefined],
  ]) {
    expect(() => task().targets(batch(labels))).toThrow(SampleError);
  }
  expect(() => task().targets(batch([1, 6]))).toThrow('image 1: has label 6, but there are 6 classes');
  expect(() => task().targets({ ...batch([1]), labels: undefined })).toThrow('has samples without labels');
  expect(() => task({}, ['cat'])).toThrow(ConfigError);
});

test('the loss is the summed cross entropy', () => {
  tidy(() => {
    const logits = tensor([0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0], [2, 6]);
    const labels = tensor([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], [2, 6]);
    const expected = Math.log(6) + Math.log(1 + 5 * Math.exp(-5));
    expectAllclose(task().loss(logits, { labels }), [expected], { rtol: 1e-5 });
  });
});

test('evaluation counts right answers, top five and class by class', () => {
  const evaluation = task().evaluation();
  const logits = Float32Array.of(
    ...[9, 0, 0, 0, 0, 0], // right
    ...[0, 9, 8, 7, 6, 5], // label 0 is last: not in the top five
    ...[5, 9, 0, 0, 0, 0], // label 0 is second
  );
  evaluation.add(logits, [3, 6], [0, 0, 0]);
  evaluation.add(Float32Array.of(0, 9, 0, 0, 0, 0), [1, 6], [1]);
  const { accuracy, accuracy_top5, accuracy_per_class } = evaluation.result();
  expect(accuracy).toBeCloseTo(50, 9);
  expect(accuracy_top5).toBeCloseTo(75, 9);
  expect(accuracy_per_class).toBeCloseTo((100 / 3 + 100) / 2, 9);
});
