import { encoderConformance } from '@d2v/core/testing';
import plugin from '../src/index.js';
import { useBackend } from './encoder/backend.js';
import { images } from './encoder/samples.js';

beforeAll(useBackend);

const small = { imageSize: 16, patchSize: 4 };
const badSamples = [...images(1, 16, 12), ...images(1, 16, 16, 1)];

describe('as in data2vec 2', () => {
  encoderConformance({ describe, test, plugin, samples: images(3, 16), badSamples, config: small });
});

describe('as in data2vec 1', () => {
  encoderConformance({
    describe,
    test,
    plugin,
    samples: images(3, 16),
    badSamples,
    config: {
      ...small,
      positions: 'relative',
      contextNorm: false,
      initialisation: 'beit',
      mask: { strategy: 'blockwise', patches: 9, minPatches: 2, maxPatches: 8 },
    },
    backbone: { norm: 'pre', finalNorm: true, layerScale: 1e-4, qkvBias: 'noKey', initialisation: 'beit' },
  });
});

describe('grey, rectangular, learned positions, no cls token', () => {
  encoderConformance({
    describe,
    test,
    plugin,
    samples: images(2, 8, 20, 1),
    config: {
      imageSize: [8, 20],
      patchSize: 4,
      channels: 1,
      positions: 'learned',
      extraTokens: 0,
      mask: { strategy: 'random', ratio: 0.6 },
    },
  });
});

describe('ALiBi with a learned scale, plain blocks', () => {
  encoderConformance({
    describe,
    test,
    plugin,
    samples: images(2, 16),
    config: { ...small, positions: 'alibi', learnedAlibiScale: true, mask: { strategy: 'block', length: 2 } },
    backbone: { attentionBias: 'perBlock', prenetDepth: 1 },
  });
});
