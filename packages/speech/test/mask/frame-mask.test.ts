import { ConfigError, createModel, parseModelConfig, RandomStream, type BatchStreams } from '@d2v/core';
import plugin, { frameMask, maskSchema, type MaskConfig } from '../../src/index.js';
import { utterance } from '../waveforms.js';

const count = (mask: ArrayLike<number>): number => Array.from(mask).reduce((sum, hidden) => sum + hidden, 0);
const config = (options: object): MaskConfig => maskSchema.parse(options);

// data2vec2.md §3.3.
test.each([
  ['base', { strategy: 'block' }, 0.5],
  ['large', { strategy: 'block', ratio: 0.55, adjust: 0.1 }, 0.55],
  ['random', { strategy: 'random', ratio: 0.48 }, 0.48],
])('%s masks hide the same number of frames in every draw', (_name, options, share) => {
  for (const frames of [500, 999, 37]) {
    const counts = Array.from({ length: 50 }, (_, i) =>
      count(frameMask(frames, config(options), new RandomStream([i]))),
    );
    const visible = Math.floor(frames * (1 - share));
    const exact = options.strategy === 'random' ? frames - visible : Math.floor(frames * share);
    expect(new Set(counts)).toEqual(new Set([exact]));
  }
});

test('inverse blocks are the visible part', () => {
  const mask = frameMask(200, config({ strategy: 'block', ratio: 0.8, inverse: true }), new RandomStream([1]));
  expect(count(mask)).toBe(200 - Math.floor(200 * (1 - 0.8)));
});

test('even two frames have a hidden and a visible one; a single frame is refused', () => {
  for (const strategy of ['block', 'span', 'random']) {
    for (let key = 0; key < 30; key++) {
      for (const frames of [2, 3, 5]) {
        const hidden = count(frameMask(frames, config({ strategy }), new RandomStream([key])));
        expect(hidden).toBeGreaterThan(0);
        expect(hidden).toBeLessThan(frames);
      }
    }
    expect(() => frameMask(1, config({ strategy }), new RandomStream([0]))).toThrow(ConfigError);
  }
});

const extractor = { layers: [[4, 10, 5], [4, 8, 4]] }; // prettier-ignore
const streams: BatchStreams = {
  sample: (index) => new RandomStream(['sample', index]),
  batch: new RandomStream(['batch']),
};

/** Masks of a batch of utterances, row by row. */
function masksOf(mask: object, objective: object): number[][] {
  const sections = { encoder: { extractor, mask }, backbone: { dim: 16, depth: 1, heads: 4 }, objective };
  const model = createModel(plugin, parseModelConfig(plugin, sections));
  const samples = [4000, 3500, 2000, 4000].map((length, i) => utterance(length, `utterance ${i}`));
  const { drawn } = model.objective.prepare(model.network.encoder.collate(samples), streams);
  const [rows, frames] = drawn.mask!.shape as [number, number];
  return Array.from({ length: rows }, (_, row) => [...drawn.mask!.data.subarray(row * frames, (row + 1) * frames)]);
}

const v1 = { name: 'data2vec1', targets: { topK: 1 } };
const v2 = { name: 'data2vec2', masks: 3, targets: { topK: 1 } };

test('data2vec 1: spans of a batch have the same count, within each real length; or each its own', () => {
  const subset = masksOf({ strategy: 'span' }, v1);
  const added = masksOf({ strategy: 'span', sameCount: 'add' }, v1);
  const own = masksOf({ strategy: 'span', sameCount: 'none' }, v1);
  const counts = own.map(count);
  expect(new Set(counts).size).toBeGreaterThan(1);
  expect(subset.map(count)).toEqual(own.map(() => Math.min(...counts)));
  expect(added.map(count)).toEqual(own.map(() => Math.max(...counts)));
  own.forEach((row, r) => {
    row.forEach((hidden, t) => {
      expect(subset[r]![t]).toBeLessThanOrEqual(hidden);
      expect(added[r]![t]).toBeGreaterThanOrEqual(hidden);
    });
  });
  expect(count(added[2]!.slice(98))).toBe(0); // the third utterance has 98 frames
});

test('data2vec 2: spans have the same count in every copy, which its gather needs', () => {
  const rows = masksOf({ strategy: 'span' }, v2);
  expect(rows).toHaveLength(12);
  expect(new Set(rows.map(count)).size).toBe(1);
  expect(new Set(rows.map((row) => row.join(''))).size).toBe(12);
});
