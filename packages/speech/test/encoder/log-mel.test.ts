import { createNetwork, disposeBatch, parseModelConfig, uploadBatch } from '@d2v/core';
import { expectAllclose } from '@d2v/core/testing';
import { tidy } from '@tensorflow/tfjs-core';
import plugin, { melFilters } from '../../src/index.js';
import { useBackend } from '../backend.js';
import { utterance } from '../waveforms.js';

beforeAll(useBackend);

const [WINDOW, HOP, BANDS] = [400, 320, 40];
const BINS = WINDOW / 2 + 1;

/** Log mel energies of a frame, by the definition of the Fourier transform. */
function logMel(samples: Float32Array): number[] {
  const power = Array.from({ length: BINS }, (_, k) => {
    let [re, im] = [0, 0];
    samples.forEach((value, n) => {
      const windowed = value * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW));
      re += windowed * Math.cos((2 * Math.PI * k * n) / WINDOW);
      im -= windowed * Math.sin((2 * Math.PI * k * n) / WINDOW);
    });
    return re ** 2 + im ** 2;
  });
  const filters = melFilters({ bands: BANDS, bins: BINS, hertzPerBin: 16_000 / WINDOW });
  return filters.map((filter) => Math.log(filter.reduce((sum, gain, k) => sum + gain * power[k]!, 0.01)));
}

test('the raw tokens of speech are log mel energies of what each frame sees', () => {
  const { encoder } = createNetwork(plugin, parseModelConfig(plugin, {}));
  const samples = [utterance(2000), utterance(1500)];
  const batch = uploadBatch({ batch: encoder.collate(samples), drawn: {} });
  tidy(() => {
    const tokens = encoder.rawTokens!(batch.inputs);
    expect(tokens.shape).toEqual([2, 6, BANDS]);
    const values = tokens.dataSync();
    samples.forEach(({ waveform }, row) => {
      for (let t = 0; t * HOP + WINDOW <= waveform.length; t++) {
        const at = (row * 6 + t) * BANDS;
        const expected = logMel(waveform.subarray(t * HOP, t * HOP + WINDOW));
        expectAllclose(values.subarray(at, at + BANDS), expected, { rtol: 1e-3, atol: 1e-3 });
      }
    });
  });
  disposeBatch(batch);
});

test('a band of the mel scale is heard at its own pitch', () => {
  const filters = melFilters({ bands: BANDS, bins: BINS, hertzPerBin: 40 });
  const centre = (band: number): number => filters[band]!.indexOf(Math.max(...filters[band]!)) * 40;
  // 2595·log₁₀(1 + f/700) from 20 to 7,600 Hz in 41 equal steps
  expect([centre(9), centre(19), centre(39)].map((hertz) => Math.round(hertz / 100))).toEqual([6, 17, 71]);
  for (const filter of filters) expect(Math.min(...filter)).toBe(0);
});
