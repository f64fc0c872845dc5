import {
  ConfigError,
  initialise,
  RandomStream,
  SampleError,
  Scope,
  Supervised,
  uploadBatch,
  disposeBatch,
  type HostBatch,
  type Task,
} from '@d2v/core';
import { checkGradient, expectAllclose } from '@d2v/core/testing';
import { dispose, randomNormal, tensor, tidy, type Tensor, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import plugin from '../../src/index.js';
import { useBackend } from '../backend.js';
import { utterance } from '../waveforms.js';
import { network } from './network.js';

beforeAll(useBackend);

const classes = ['de', 'en', 'ru'];
const kind = plugin.tasks.classification!;
const task = (options: object = {}, names: readonly string[] = classes): Task =>
  kind.create(kind.schema.parse(options), { dim: 4, classes: names });

const batch = (...labels: (number | undefined)[]): HostBatch =>
  network.encoder.collate(labels.map((label, i) => utterance(400 + 600 * i, `${i}.wav`, label)));

test('logits are a linear layer on the standardised mean of the real frames', () => {
  tidy(() => {
    const tokens = randomNormal([2, 5, 4], 0, 1, 'float32', 1) as Tensor3D;
    const real = tensor([1, 1, 1, 0, 0, 1, 1, 1, 1, 1], [2, 5]) as Tensor2D;
    const weight = randomNormal([4, 3], 0, 1, 'float32', 2);
    const [gain, bias, offset] = [tensor([1, 2, 3, 4]), tensor([0, 1, 0, -1]), tensor([0, 1, 2])];
    const f = (weight: Tensor, gain: Tensor, bias: Tensor, offset: Tensor, x: Tensor): Tensor =>
      task().forward(
        new Scope({ weight, bias: offset, 'norm.weight': gain, 'norm.bias': bias }),
        { tokens: x as Tensor3D, real },
        {},
      );
    const mean = tokens.mul(real.expandDims(2)).sum(1).div(real.sum(1, true));
    const centred = mean.sub(mean.mean(1, true));
    const normal = centred.div(centred.square().mean(1, true).add(1e-5).sqrt()).mul(gain).add(bias);
    const expected = normal.matMul(weight as never).add(offset);
    expectAllclose(f(weight, gain, bias, offset, tokens), expected, { rtol: 1e-4, atol: 1e-4 });
    checkGradient((...x) => f(...(x as [Tensor, Tensor, Tensor, Tensor, Tensor])), [weight, gain, bias, offset, tokens], { rtol: 5e-3 }); // prettier-ignore
  });
});

test("Hugging Face's head: a projection of each frame, no norm", () => {
  const head = task({ projection: 2, norm: false });
  expect(Object.fromEntries(Object.entries(head.parameters).map(([name, { shape }]) => [name, shape]))).toEqual({
    'projection.weight': [4, 2],
    'projection.bias': [2],
    weight: [2, 3],
    bias: [3],
  });
  tidy(() => {
    const tokens = tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4]) as Tensor3D;
    const p = new Scope({
      'projection.weight': tensor([1, 0, 0, 1, 1, 0, 0, 1], [4, 2]),
      'projection.bias': tensor([0, 10]),
      weight: tensor([1, 0, 0, 0, 1, 0], [2, 3]),
      bias: tensor([0, 0, 5]),
    });
    expectAllclose(head.forward(p, { tokens }, {}), [(1 + 3 + 5 + 7) / 2, (2 + 4 + 6 + 8) / 2 + 10, 5]);
  });
});

test('in training labels are smoothed, frames and channels hidden; in evaluation nothing is', () => {
  const options = { labelSmoothing: 0.3, mask: { time: { prob: 0.5, length: 3 }, channel: { prob: 0.5, length: 2 } } };
  const trained = task(options).targets(batch(1, 2), new RandomStream([1]));
  expectAllclose(trained.targets.labels!.data, [0.1, 0.8, 0.1, 0.1, 0.1, 0.8]);
  expect(Object.keys(trained.batch.inputs)).toEqual(['waveforms', 'timeMask', 'channelMask']);
  const evaluated = task(options).targets(batch(1, 2));
  expectAllclose(evaluated.targets.labels!.data, [0, 1, 0, 0, 0, 1]);
  expect(evaluated.batch).toEqual(batch(1, 2));
});

test('a padded utterance has the logits that it has alone', () => {
  const objective = new Supervised(network, task());
  const weights = initialise({ ...network.parameters, ...objective.parameters }, new RandomStream(['head']));
  const logits = (host: HostBatch): Float32Array => {
    const uploaded = uploadBatch(objective.prepare(host));
    const values = tidy(() => objective.predict(weights, uploaded, {}).dataSync<'float32'>());
    disposeBatch(uploaded);
    return values;
  };
  const together = logits(batch(0, 1, 2));
  expectAllclose(together.subarray(0, 3), logits(batch(0)), { rtol: 1e-4, atol: 1e-5 });
  dispose(weights as never);
});

test('a label that is no class, or missing, and fewer than two classes are refused', () => {
  expect(() => task().targets(batch(1, 3))).toThrow(SampleError);
  expect(() => task().targets(batch(1, 3))).toThrow('1.wav: has label 3, but there are 3 classes');
  expect(() => task().targets(batch(undefined))).toThrow('has samples without labels');
  expect(() => task({}, ['de'])).toThrow(ConfigError);
});
