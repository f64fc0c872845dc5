import { encoderConformance } from '@d2v/core/testing';
import plugin from '../src/index.js';
import { useBackend } from './encoder/backend.js';
import { tokens } from './encoder/samples.js';

beforeAll(useBackend);

const small = { vocabulary: 60, maxTokens: 48, dropout: 0 };
const samples = [tokens('long', 48), tokens('short', 31), tokens('shorter', 20)];
const badSamples = [
  { ...tokens('too long', 49) },
  { name: 'beyond the table', ids: Int32Array.of(0, 60, 2) },
  { name: 'negative', ids: Int32Array.of(0, -1, 2) },
  { name: 'padding inside', ids: Int32Array.of(0, 1, 2) },
  { name: 'word starts', ids: Int32Array.of(0, 5, 2), wordStarts: Uint8Array.of(1) },
];

describe('as in data2vec 2', () => {
  encoderConformance({ describe, test, plugin, samples, badSamples, config: small });
});

describe("as in data2vec 1, BERT's masks", () => {
  encoderConformance({
    describe,
    test,
    plugin,
    samples,
    badSamples,
    config: { ...small, zeroPadding: true, mask: { strategy: 'bert' } },
  });
});

describe('as in data2vec 1, spans of whole words', () => {
  encoderConformance({
    describe,
    test,
    plugin,
    samples,
    config: {
      ...small,
      zeroPadding: true,
      mask: { strategy: 'bert', ratio: 0.35, length: 2, leave: 0, random: 0, wholeWords: true },
    },
  });
});

describe('ALiBi, an extra token, a prenet block, fixed positions', () => {
  encoderConformance({
    describe,
    test,
    plugin,
    samples,
    config: {
      ...small,
      positions: 'sinusoidal',
      scaleEmbedding: true,
      alibi: {},
      extraTokens: 1,
      contextNorm: true,
      dropout: 0.1,
    },
    backbone: { prenetDepth: 1 },
  });
});
