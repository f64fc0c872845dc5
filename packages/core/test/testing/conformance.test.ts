import {
  linear,
  SampleError,
  type BackboneShape,
  type Encoder,
  type HostBatch,
  type RandomStream,
} from '../../src/index.js';
import { encoderConformance, type ConformanceOptions } from '../../src/testing/index.js';
import { add, mean, tensor, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { ToyEncoder, toyPlugin, toySamples, type ToyConfig, type ToySample } from '../encoder/toy.js';
import { useBackend } from './backend.js';

beforeAll(useBackend);

const plugin = toyPlugin();
const varying = toySamples(6, 3, 5);
const equal = toySamples(6, 6, 6);

encoderConformance({ describe, test, plugin, samples: () => varying });
encoderConformance({
  describe,
  test,
  plugin,
  samples: varying,
  config: { positions: ['conv', 'alibi'], extraTokens: 0 },
});
encoderConformance({ describe, test, plugin, samples: varying, config: { maskInputs: true, contextNorm: false } });
encoderConformance({
  describe,
  test,
  plugin,
  samples: equal,
  config: { positions: ['table'], extraTokens: 2 },
  backbone: {
    norm: 'pre',
    finalNorm: true,
    layerScale: 0.1,
    qkvBias: 'noKey',
    attentionBias: 'perBlock',
    prenetDepth: 1,
  },
});

/** Runs the kit's tests, or the one of a name, with a runner of its own: test name → what it threw. */
async function failures(
  options: Omit<ConformanceOptions, 'describe' | 'test'>,
  only?: string,
): Promise<Map<string, string>> {
  const tests: [string, () => Promise<void>][] = [];
  encoderConformance({
    ...options,
    describe: (_name, body) => body(),
    test: (name, body) => tests.push([name, body]),
  });
  const failed = new Map<string, string>();
  for (const [name, body] of tests.filter(([name]) => name === (only ?? name))) {
    await body().catch((error: Error) => failed.set(name, error.message));
  }
  return failed;
}

/** What a broken encoder leaves behind. */
const strays: Tensor[] = [];

/** The toy modality with something broken. */
const broken = (
  change: (encoder: ToyEncoder, config: ToyConfig, shape: BackboneShape) => Partial<Encoder<ToySample>>,
) =>
  toyPlugin((config, shape) => {
    const encoder = new ToyEncoder(config, shape);
    return Object.assign(encoder, change(encoder, config, shape));
  });

describe('the conformance kit reports', () => {
  test.each<[string, ReturnType<typeof broken>, string, RegExp]>([
    [
      'features that depend on padding',
      broken((encoder) => ({
        localFeatures: (p, inputs) => {
          const x = ToyEncoder.prototype.localFeatures.call(encoder, p, inputs);
          return add(x, mean(x, 1, true));
        },
      })),
      "padding never changes a real token's features",
      /differ by more than/,
    ],
    [
      'a mask that does not depend on its stream alone',
      broken(() => {
        let calls = 0;
        return {
          drawMask: (tokens) => {
            const hidden = calls++ % tokens;
            return Uint8Array.from({ length: tokens }, (_, i) => Number(i === hidden));
          },
        };
      }),
      'a mask depends on its stream alone',
      /the same stream gave another mask/,
    ],
    [
      'a mask that hides everything',
      broken(() => ({ drawMask: (tokens: number) => new Uint8Array(tokens).fill(1) })),
      'a mask is 0 and 1, one per token, with both of them',
      /hides everything/,
    ],
    [
      'a token that is never hidden',
      broken(() => ({
        drawMask: (tokens: number, stream: RandomStream) =>
          Uint8Array.from({ length: tokens }, (_, i) => Number(i === stream.below(2))),
      })),
      'every token is visible in some masks, and hidden in some',
      /are hidden by none/,
    ],
    [
      'a parameter that no gradient reaches',
      broken((encoder) => ({
        parameters: { ...encoder.parameters, unused: { shape: [3], init: { kind: 'ones' } } },
      })),
      'data2vec2: a gradient reaches every trainable parameter',
      /no gradient reaches encoder\.unused/,
    ],
    [
      'local features that need more than the local parameters',
      broken((encoder) => ({
        localFeatures: (p, inputs) =>
          add(ToyEncoder.prototype.localFeatures.call(encoder, p, inputs), p.get('positions')),
      })),
      'local features are (samples, tokens, width), and need only parameters named local.*',
      /no parameter 'encoder\.positions'/,
    ],
    [
      'a tensor that is left behind',
      broken(() => {
        return {
          collate: (samples: readonly ToySample[]): HostBatch => {
            strays.push(tensor([1]));
            return ToyEncoder.prototype.collate.call(undefined, samples);
          },
        };
      }),
      'data2vec1: a training pass leaves no tensor behind',
      /1 tensor leaked/,
    ],
    [
      'a wrong shape',
      broken(() => ({ rawTokenSize: 4 })),
      'raw tokens are (samples, tokens, rawTokenSize)',
      /shape is \[3,6,3\], expected \[3,6,4\]/,
    ],
    [
      'a decoder of another width',
      broken(() => ({
        decoder: () => ({
          parameters: { weight: { shape: [32, 8], init: { kind: 'ones' } } },
          forward: (p, grid) => linear(grid, p.get('weight')),
        }),
      })),
      'the decoder returns a grid of the shape it is given',
      /shape is \[2,6,8\], expected \[2,6,32\]/,
    ],
    [
      'a bad sample that is taken',
      broken(() => ({
        collate: (samples: readonly ToySample[]): HostBatch =>
          ToyEncoder.prototype.collate.call(
            undefined,
            samples.filter(({ values }) => values.length > 0),
          ),
      })),
      'a bad sample is refused with a SampleError that names it',
      /collate took it, expected a SampleError/,
    ],
    [
      'a bad sample that is refused with another error',
      broken(() => ({
        collate: (samples: readonly ToySample[]): HostBatch => {
          if (samples.some(({ values }) => values.length === 0)) throw new Error('bad');
          return ToyEncoder.prototype.collate.call(undefined, samples);
        },
      })),
      'a bad sample is refused with a SampleError that names it',
      /threw Error: bad, expected a SampleError/,
    ],
    [
      'inputs that do not matter',
      broken((encoder) => ({
        localFeatures: (p, { values }: NamedTensorMap) =>
          ToyEncoder.prototype.localFeatures.call(encoder, p, { values: values!.zerosLike() }),
      })),
      'samples that differ have local features that differ',
      /have the same local features/,
    ],
  ])('%s', async (_problem, plugin, name, message) => {
    const failed = await failures({ plugin, samples: varying }, name);
    for (const stray of strays.splice(0)) stray.dispose();
    expect(failed.get(name)).toMatch(message);
  });

  test('options without a description, and schemas that take unknown keys', async () => {
    const configSchema = z.looseObject({ positions: z.any().default(['learned']) });
    const failed = await failures({
      plugin: { ...plugin, configSchema },
      samples: varying,
      config: { extraTokens: 0 },
    });
    expect(failed.get('every option is described')).toBe('without .describe(): encoder.positions');
    expect(failed.get('an unknown option is refused')).toMatch('z.strictObject');
  });

  test('nothing for a sound encoder, and refuses to work with one sample', async () => {
    expect(await failures({ plugin, samples: varying })).toEqual(new Map());
    expect(() => encoderConformance({ describe, test, plugin, samples: toySamples(3) })).toThrow(
      'at least two samples',
    );
  });

  test('SampleErrors that name no sample', async () => {
    const nameless = broken(() => ({
      collate: (samples: readonly ToySample[]): HostBatch => {
        if (samples.some(({ values }) => values.length === 0)) throw new SampleError('', 'is bad');
        return ToyEncoder.prototype.collate.call(undefined, samples);
      },
    }));
    const name = 'a bad sample is refused with a SampleError that names it';
    const failed = await failures({ plugin: nameless, samples: varying }, name);
    expect(failed.get(name)).toMatch('names no sample');
  });
});
