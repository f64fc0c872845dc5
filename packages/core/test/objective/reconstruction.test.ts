import { ConfigError, createModel, parseModelConfig } from '../../src/index.js';
import { checkGradient, expectAllclose } from '../../src/testing/index.js';
import { tidy } from '@tensorflow/tfjs-core';
import { anyWeights } from '../encoder/run.js';
import { CHANNELS, hide, ToyEncoder, toyPlugin, toySamples } from '../encoder/toy.js';
import { total } from '../ops/values.js';
import { useBackend } from '../testing/backend.js';
import { batchOf, pass, toyModel } from './run.js';

beforeAll(useBackend);

const samples = toySamples(6, 6);
const MASKS = [hide(6, 0, 2), hide(6, 1, 5), hide(6, 3, 4), hide(6, 0, 5)];

test('the loss is the squared error to raw tokens, standardised by their mean and unbiased variance', () => {
  tidy(() => {
    const model = toyModel({ name: 'data2vec2', reconstruction: 0.5, regression: 0 });
    const weights = anyWeights(model.parameters);
    const { terms, observed } = pass(model, weights, {}, batchOf(model, samples, ...MASKS));
    expect(Object.keys(terms)).toEqual(['reconstruction']);
    const decoded = observed.get('decoded')!;
    const [w, b] = ['recon.weight', 'recon.bias'].map((name) => weights[name]!.dataSync());
    const predicted = (row: number, t: number, c: number): number =>
      b![c]! + total(16, (d) => decoded[(row * 6 + t) * 16 + d]! * w![d * CHANNELS + c]!);
    const target = (row: number, t: number, c: number): number => {
      const raw = samples[Math.floor(row / 2)]!.values.subarray(t * CHANNELS, (t + 1) * CHANNELS);
      const mean = total(CHANNELS, (i) => raw[i]!) / CHANNELS;
      const variance = total(CHANNELS, (i) => (raw[i]! - mean) ** 2) / (CHANNELS - 1);
      return (raw[c]! - mean) / Math.sqrt(variance + 1e-6);
    };
    const expected = total(4 * 6 * CHANNELS, (i) => {
      const [row, t, c] = [Math.floor(i / (6 * CHANNELS)), Math.floor(i / CHANNELS) % 6, i % CHANNELS];
      return MASKS[row]![t]! * (predicted(row, t, c) - target(row, t, c)) ** 2;
    });
    expectAllclose([terms.reconstruction!], [(0.5 * expected) / Math.sqrt(CHANNELS)], { rtol: 1e-4 });
  });
});

test('its gradient is that of finite differences', () => {
  tidy(() => {
    const model = toyModel({ name: 'data2vec2', reconstruction: 1, regression: 0 });
    const weights = anyWeights(model.parameters);
    const batch = batchOf(model, samples, ...MASKS);
    const loss = (name: string) => (x: (typeof weights)[string]) =>
      model.objective.loss({ ...weights, [name]: x }, {}, batch, {}).terms.reconstruction!;
    for (const name of ['recon.bias', 'decoder.proj.0.bias'])
      checkGradient(loss(name), [weights[name]!], { rtol: 3e-3 });
  });
});

test('a modality without raw tokens has no reconstruction loss', () => {
  const plugin = toyPlugin((config, shape) => Object.assign(new ToyEncoder(config, shape), { rawTokens: undefined }));
  const config = parseModelConfig(plugin, {
    backbone: { dim: 16, heads: 4 },
    objective: { name: 'data2vec2', reconstruction: 1 },
  });
  expect(() => createModel(plugin, config)).toThrow(ConfigError);
});
