import {
  alibiBias,
  convDecoder1d,
  definePlugin,
  groupedConv1d,
  linear,
  randomMask,
  relativeBias,
  SampleError,
  type AnyPlugin,
  type BackboneShape,
  type Decoder,
  type DecoderOptions,
  type Encoder,
  type HostBatch,
  type ParameterSpecs,
  type Positions,
  type RandomStream,
  type Scope,
} from '../../src/index.js';
import { mul, slice, sub, expandDims, type NamedTensorMap, type Tensor3D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { normals } from '../ops/values.js';

/** A sequence of vectors of 3 numbers: the smallest modality that has everything, padding included. */
export interface ToySample {
  readonly name: string;
  /** (T·3) */
  readonly values: Float32Array;
}

export const CHANNELS = 3;

/** Longest sequence, and the length that `table` positions need. */
export const TOKENS = 6;

const toySchema = z.strictObject({
  positions: z
    .array(z.enum(['learned', 'conv', 'alibi', 'table']))
    .default(['learned'])
    .describe('Where tokens get their order from; table: for samples of 6 tokens.'),
  extraTokens: z.number().int().min(0).default(1).describe('Tokens before the sequence.'),
  contextNorm: z.boolean().default(true).describe('Layer norm before the first block.'),
  maskInputs: z.boolean().default(false).describe('Whether data2vec 1 masks the vectors before they are embedded.'),
});

export type ToyConfig = z.output<typeof toySchema>;

export class ToyEncoder implements Encoder<ToySample> {
  readonly parameters: ParameterSpecs;
  readonly extraTokens: Encoder['extraTokens'];
  readonly contextNorm: boolean;
  readonly positions: Positions;
  readonly rawTokenSize = CHANNELS;
  readonly maskInputs?: NonNullable<Encoder['maskInputs']>;

  constructor(config: ToyConfig, { dim, heads }: BackboneShape) {
    const normal = (...shape: number[]): ParameterSpecs[string] => ({ shape, init: { kind: 'normal', std: 0.5 } });
    const has = (kind: ToyConfig['positions'][number]): boolean => config.positions.includes(kind);
    this.extraTokens = { count: config.extraTokens, init: { kind: 'normal', std: 1 } };
    this.contextNorm = config.contextNorm;
    this.parameters = {
      'local.weight': normal(CHANNELS, dim),
      'local.bias': normal(dim),
      ...(has('learned') ? { positions: { ...normal(1, TOKENS, dim), decay: false } } : {}),
      ...(has('conv') ? { 'conv.weight': normal(3, dim / 2, dim), 'conv.bias': normal(dim) } : {}),
    };
    const distance = (a: number, b: number): number => Math.abs(a - b);
    const bias = has('alibi')
      ? alibiBias({ heads, extra: config.extraTokens, learnedScale: true, distance })
      : has('table')
        ? relativeBias([1, TOKENS], config.extraTokens, heads)
        : undefined;
    this.positions = {
      ...(has('learned')
        ? { absolute: (p, tokens) => slice(p.get<Tensor3D>('positions'), [0, 0, 0], [1, tokens, -1]) }
        : {}),
      ...(has('conv') ? { relative: (p, x) => groupedConv1d(x, p.get('conv.weight'), p.get('conv.bias'), 2) } : {}),
      ...(bias ? { attentionBias: bias } : {}),
    };
    if (config.maskInputs) {
      this.maskInputs = ({ values }, mask) => ({ values: mul(values!, sub(1, expandDims(mask, 2))) });
    }
  }

  collate(samples: readonly ToySample[]): HostBatch {
    const lengths = samples.map(({ name, values }) => {
      const length = values.length / CHANNELS;
      if (length >= 2 && length <= TOKENS && Number.isInteger(length)) return length;
      throw new SampleError(name, `has ${values.length} values, expected 2 to ${TOKENS} vectors of ${CHANNELS}`);
    });
    const tokens = Math.max(...lengths);
    const data = new Float32Array(samples.length * tokens * CHANNELS);
    samples.forEach(({ values }, i) => data.set(values, i * tokens * CHANNELS));
    return {
      inputs: { values: { data, shape: [samples.length, tokens, CHANNELS] } },
      tokens,
      size: samples.length,
      ...(lengths.some((length) => length < tokens) ? { lengths } : {}),
    };
  }

  localFeatures(p: Scope, { values }: NamedTensorMap): Tensor3D {
    return linear(values as Tensor3D, p.get('local.weight'), p.get('local.bias'));
  }

  drawMask(tokens: number, stream: RandomStream): Uint8Array {
    return randomMask(tokens, 0.5, stream);
  }

  rawTokens({ values }: NamedTensorMap): Tensor3D {
    return values as Tensor3D;
  }

  decoder(options: DecoderOptions): Decoder {
    return convDecoder1d(options);
  }
}

/** The toy modality; `encoder` lets a test break it. */
export function toyPlugin(
  encoder: (config: ToyConfig, shape: BackboneShape) => Encoder<ToySample> = (config, shape) =>
    new ToyEncoder(config, shape),
): AnyPlugin {
  return definePlugin({
    name: 'toy',
    configSchema: toySchema,
    createEncoder: encoder,
    datasets: {},
    transformSchema: z.strictObject({}),
    createTransform: () => (item: ToySample) => Promise.resolve(item),
    tasks: {},
    openFiles: () => Promise.reject(new Error('the toy modality has no files')),
    presets: () => Promise.resolve({}),
  });
}

/** Samples of the given lengths. */
export const toySamples = (...lengths: number[]): ToySample[] =>
  lengths.map((length, i) => ({ name: `sample ${i}`, values: normals([length, CHANNELS], `toy ${i}`) }));

/** A mask that hides the given tokens. */
export function hide(tokens: number, ...hidden: number[]): Uint8Array {
  const mask = new Uint8Array(tokens);
  for (const token of hidden) mask[token] = 1;
  return mask;
}
