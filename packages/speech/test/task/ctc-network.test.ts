import {
  createNetwork,
  disposeBatch,
  HostNoise,
  initialise,
  parseModelConfig,
  RandomStream,
  Supervised,
  trainableNames,
  uploadBatch,
  valueAndGradients,
  type BatchStreams,
  type Weights,
} from '@d2v/core';
import { dispose, mul, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import plugin, { type SpeechSample } from '../../src/index.js';
import { useBackend } from '../backend.js';
import { utterance } from '../waveforms.js';

beforeAll(useBackend);

const { encoder: encoderConfig, backbone } = parseModelConfig(plugin, {
  encoder: {
    extractor: { layers: [[8, 10, 5], [8, 8, 8]] }, // prettier-ignore
    positions: { layers: 1, kernel: 3, groups: 4 },
    timeMaskFill: 'token',
  },
  backbone: { dim: 16, depth: 1, heads: 2 },
});
const network = createNetwork(plugin, { encoder: encoderConfig, backbone });
const vocabulary = ['<pad>', '|', 'a', 'b'];
const kind = plugin.tasks.ctc!;
const objective = (options: object = {}): Supervised =>
  new Supervised(network, kind.create(kind.schema.parse(options), { dim: 16, classes: vocabulary }));
const specs = { ...network.parameters, ...objective().parameters };
const samples: SpeechSample[] = [
  { ...utterance(1200), transcript: 'ab ba' },
  { ...utterance(700), transcript: 'bab' },
];
const streams: BatchStreams = {
  sample: (i) => new RandomStream(['sample', i]),
  batch: new RandomStream(['batch']),
};

let weights: Weights;
beforeAll(() => {
  weights = initialise(specs, new RandomStream(['weights']));
});
afterAll(() => dispose(weights));

/** The loss of the utterances and its gradients by name. The caller disposes them. */
function step(supervised: Supervised, of: readonly SpeechSample[], on: Weights, training: boolean) {
  const prepared = supervised.prepare(network.encoder.collate(of), training ? streams : undefined);
  const batch = uploadBatch(prepared);
  const context = training ? { noise: new HostNoise(new RandomStream(['noise'])) } : {};
  const names = trainableNames(specs);
  const { value, gradients } = valueAndGradients(
    () => supervised.loss(on, {}, batch, context).terms.supervised!,
    names.map((name) => on[name]!),
  );
  const loss = value.dataSync()[0]!;
  value.dispose();
  disposeBatch(batch);
  const found = names.flatMap((name, i): [string, Tensor][] => (gradients[i] ? [[name, gradients[i]]] : []));
  return { loss, gradients: Object.fromEntries(found) };
}

test('with masked frames a gradient reaches every parameter, the mask token too', () => {
  const mask = { time: { prob: 0.4, length: 3 }, channel: { prob: 0.2, length: 2 } };
  const { loss, gradients } = step(objective({ mask, finalDropout: 0.1 }), samples, weights, true);
  expect(Number.isFinite(loss)).toBe(true);
  const silent = trainableNames(specs).filter((name) => !gradients[name]?.dataSync().some((value) => value !== 0));
  dispose(gradients);
  expect(silent).toEqual([]);
});

test('the loss of a batch is that of its utterances alone', () => {
  const loss = (of: readonly SpeechSample[]): number => {
    const { loss, gradients } = step(objective(), of, weights, false);
    dispose(gradients);
    return loss;
  };
  expect(loss(samples)).toBeCloseTo(loss([samples[0]!]) + loss([samples[1]!]), 3);
});

test('gradient descent learns the transcripts', () => {
  const supervised = objective();
  let current: Weights = Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [name, tensor.clone()]));
  let first: number | undefined;
  let last = Infinity;
  for (let update = 0; update < 120; update++) {
    const { loss, gradients } = step(supervised, samples, current, false);
    first ??= loss;
    last = loss;
    const next = tidy(() =>
      Object.fromEntries(
        Object.entries(current).map(([name, tensor]) => {
          const gradient = gradients[name];
          return [name, gradient ? sub(tensor, mul(gradient, 0.02)) : tensor.clone()];
        }),
      ),
    );
    dispose(gradients);
    dispose(current);
    current = next;
  }
  const prepared = supervised.prepare(network.encoder.collate(samples));
  const batch = uploadBatch(prepared);
  const logits = tidy(() => supervised.predict(current, batch, {}));
  const evaluation = supervised.task.evaluation();
  evaluation.add(logits.dataSync<'float32'>(), logits.shape, prepared.batch.labels!);
  disposeBatch(batch);
  dispose([logits]);
  dispose(current);
  expect(last).toBeLessThan(0.1 * first!);
  expect(evaluation.result()).toMatchObject({ cer: 0, wer: 0 });
});
