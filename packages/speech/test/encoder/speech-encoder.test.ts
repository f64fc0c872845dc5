import {
  ConfigError,
  createModel,
  createNetwork,
  initialise,
  parseModelConfig,
  RandomStream,
  SampleError,
  trainableNames,
  type ParameterSpecs,
} from '@d2v/core';
import { expectAllclose } from '@d2v/core/testing';
import { dispose, tidy } from '@tensorflow/tfjs-core';
import { disposeBatch, uploadBatch } from '@d2v/core';
import plugin, { SpeechEncoder, encoderSchema } from '../../src/index.js';
import { useBackend } from '../backend.js';
import { utterance } from '../waveforms.js';

beforeAll(useBackend);

const count = (specs: ParameterSpecs): number =>
  trainableNames(specs).reduce((sum, name) => sum + specs[name]!.shape.reduce((a, b) => a * b, 1), 0);

const V1 = { alibi: { scale: 'off' }, mask: { strategy: 'span' } };

// data2vec2.md §6.
test('data2vec 2 base: 93,163,532 parameters without the decoder', () => {
  const { network } = createModel(plugin, parseModelConfig(plugin, {}));
  expect(count(network.parameters)).toBe(93_163_532);
});

// data2vec2.md §4.2, in millions.
test.each([
  ['base', 768, 384, 0.62],
  ['large', 1024, 768, 1.91],
])('the decoder of data2vec 2 %s has the parameters of the reference', (_name, dim, width, millions) => {
  const sections = {
    backbone: { dim, heads: 16 },
    objective: { name: 'data2vec2', decoder: { width, layers: 4, kernel: 7, groups: 16 } },
  };
  const { objective } = createModel(plugin, parseModelConfig(plugin, sections));
  expect(Math.abs(count(objective.parameters) / 1e6 - millions)).toBeLessThan(0.006);
});

// checkpoints.md §3.2: with the mask embedding, which the objective owns here.
test('data2vec 1 base without head: the 93,164,288 parameters of Hugging Face', () => {
  const network = createNetwork(plugin, parseModelConfig(plugin, { encoder: V1 }));
  expect(count(network.parameters) + 768).toBe(93_164_288);
});

const small = {
  extractor: { layers: [[8, 10, 5], [8, 3, 2], [8, 3, 2], [8, 3, 2], [8, 3, 2], [8, 2, 2], [8, 2, 2]] }, // prettier-ignore
  positions: { layers: 5, kernel: 19, groups: 4 },
};

describe.each<[string, object, object]>([
  ['as in data2vec 1', V1, {}],
  ['as in data2vec 2', {}, { prenetDepth: 1 }],
  ["with wav2vec 2.0's group norm and weight norm", { extractor: { ...small.extractor, norm: 'group' }, positions: { layers: 1, kernel: 16, groups: 4, weightNorm: true } }, {}], // prettier-ignore
])('%s', (_name, encoder, backbone) => {
  test('a padded utterance has the features that it has alone', () => {
    const sections = { encoder: { ...small, ...encoder }, backbone: { dim: 16, depth: 2, heads: 4, ...backbone } };
    const network = createNetwork(plugin, parseModelConfig(plugin, sections));
    const weights = initialise(network.parameters, new RandomStream(['padding']));
    const features = (...lengths: number[]): { data: Float32Array; frames: number; lengths?: readonly number[] } => {
      const host = network.encoder.collate(lengths.map((length) => utterance(length)));
      const batch = uploadBatch({ batch: host, drawn: {} });
      const data = tidy(() => network.features(weights, batch.inputs, batch.real).x.dataSync<'float32'>());
      disposeBatch(batch);
      return { data, frames: host.tokens, ...(host.lengths && { lengths: host.lengths }) };
    };
    const utterances = [8000, 5000, 7999, 400, 719, 720];
    const together = features(...utterances);
    expect(together.frames).toBe(24);
    expect(together.lengths).toEqual([24, 15, 24, 1, 1, 2]);
    utterances.forEach((length, row) => {
      const alone = features(length).data;
      const own = together.data.subarray(row * 24 * 16, row * 24 * 16 + alone.length);
      expectAllclose(own, alone, { rtol: 1e-4, atol: 1e-5 });
    });
    dispose(weights as never);
  });
});

test('utterances of one length in frames are no padded batch', () => {
  const encoder = new SpeechEncoder(encoderSchema.parse(small), { dim: 16, heads: 4 });
  expect(encoder.collate([utterance(720), utterance(1039)])).not.toHaveProperty('lengths');
  expect([encoder.receptiveField, encoder.frames(720)]).toEqual([400, 2]);
});

test('a recording may have a class, a transcript, both or none', () => {
  const encoder = new SpeechEncoder(encoderSchema.parse(small), { dim: 16, heads: 4 });
  const said = { ...utterance(400), transcript: 'ДА' };
  const batch = encoder.collate([said, { ...said, label: 3 }, utterance(400)]);
  expect(batch.labels).toEqual([undefined, 3, undefined]);
  expect(batch.annotations).toEqual(['ДА', 'ДА', undefined]);
  const plain = encoder.collate([utterance(400)]);
  expect(plain).not.toHaveProperty('labels');
  expect(plain).not.toHaveProperty('annotations');
});

test('utterances that are too short or damaged are refused by name', () => {
  const encoder = new SpeechEncoder(encoderSchema.parse(small), { dim: 16, heads: 4 });
  expect(() => encoder.collate([utterance(399, 'a.wav')])).toThrow(SampleError);
  expect(() => encoder.collate([utterance(399, 'a.wav')])).toThrow(
    'a.wav: has 399 samples (0.025 s); a frame takes 400',
  );
  const damaged = utterance(500, 'b.wav');
  damaged.waveform[7] = Infinity;
  expect(() => encoder.collate([damaged])).toThrow('b.wav: sample 7 is Infinity');
});

test('options that do not fit each other are refused by their key', () => {
  const create = (more: object, heads = 4): unknown =>
    new SpeechEncoder(encoderSchema.parse({ ...small, ...more }), { dim: 16, heads });
  expect(() => create({ positions: { groups: 5 } })).toThrow(ConfigError);
  expect(() => create({ positions: { groups: 5 } })).toThrow('encoder.positions.groups is 5, which does not divide');
  expect(() => create({ positions: { groups: 4, weightNorm: true } })).toThrow('takes a single convolution');
  expect(() => create({ alibi: { heads: 8 } })).toThrow('8 heads cannot be biased, the backbone has 4');
});
