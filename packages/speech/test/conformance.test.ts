import { encoderConformance } from '@d2v/core/testing';
import plugin from '../src/index.js';
import { useBackend } from './backend.js';
import { utterance } from './waveforms.js';

beforeAll(useBackend);

const layers = [[16, 10, 5], [16, 3, 2], [16, 3, 2], [16, 2, 2]]; // prettier-ignore
const extractor = { layers };
const positions = { layers: 3, kernel: 5, groups: 4 };
const samples = [utterance(1200), utterance(700), utterance(260)];
const damaged = utterance(500);
damaged.waveform[17] = NaN;
const badSamples = [utterance(59), damaged];
const kit = { describe, test, plugin, samples, badSamples };

describe('as in data2vec 2', () => {
  encoderConformance({
    ...kit,
    config: { extractor, positions, mask: { strategy: 'block', length: 3 } },
    backbone: { prenetDepth: 1, normEpsilon: 1e-5 },
  });
});

describe('as in data2vec 1', () => {
  encoderConformance({
    ...kit,
    config: { extractor, positions, alibi: { scale: 'off' }, mask: { strategy: 'span', length: 3 } },
    backbone: { normEpsilon: 1e-5 },
  });
});

describe("as in wav2vec 2.0's base model: group norm, one convolution with weight norm", () => {
  encoderConformance({
    ...kit,
    config: {
      extractor: { ...extractor, norm: 'group', bias: true },
      positions: { layers: 1, kernel: 8, groups: 4, weightNorm: true },
      alibi: { scale: 'off' },
      mask: { strategy: 'span', length: 3, lengths: 'poisson', overlap: false, dropout: 0.1 },
    },
  });
});

describe('pre-norm blocks, norm before the positions, frozen convolutions, extra tokens', () => {
  encoderConformance({
    ...kit,
    config: {
      extractor: { ...extractor, gradientScale: 0 },
      inputDropout: 0.1,
      positions: { ...positions, preNorm: true },
      alibi: { scale: 'learned', perHead: false, heads: 2 },
      extraTokens: 2,
      extraTokenStd: 1,
      contextNorm: false,
      mask: { strategy: 'random', ratio: 0.4 },
    },
    backbone: { norm: 'pre', finalNorm: true, attentionBias: 'perBlock' },
  });
});
