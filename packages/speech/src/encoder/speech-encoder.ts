import {
  alibiBias,
  convDecoder1d,
  dropout,
  layerNorm,
  linear,
  within,
  type BackboneShape,
  type Context,
  type Decoder,
  type DecoderOptions,
  type Encoder,
  type HostBatch,
  type Initialiser,
  type ParameterSpecs,
  type Positions,
  type RandomStream,
  type Scope,
} from '@d2v/core';
import {
  add,
  mul,
  reshape,
  sub,
  type NamedTensorMap,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import type { SpeechSample } from '../audio/item.js';
import { frameMask } from '../mask/index.js';
import { collate } from './collate.js';
import type { EncoderConfig } from './config.js';
import { ConvExtractor } from './conv-extractor.js';
import { frameCount, frameStride, receptiveField } from './lengths.js';
import { logMelFrames, melBands } from './log-mel.js';
import { PositionalConv } from './positional-conv.js';

const NORM_EPSILON = 1e-5;
const NOISE = 0.01;

/**
 * Waveforms as sequences of frames, 50 a second (reference: data2vec1.md §4, data2vec2.md §2): convolutions over the
 * waveform, layer norm, projection; convolutional positions; ALiBi.
 *
 * Input tensors: `waveforms` (B, N); with group norm `firstLengths` (B), see `waveformInputs`; in fine-tuning `timeMask`
 * and `channelMask`, see `maskFeatures`.
 */
export class SpeechEncoder implements Encoder<SpeechSample> {
  readonly parameters: ParameterSpecs;
  readonly extraTokens: Encoder['extraTokens'];
  readonly contextNorm: boolean;
  readonly positions: Positions;
  readonly sameCount?: NonNullable<Encoder['sameCount']>;
  readonly rawTokenSize = melBands;
  readonly maskTokenInit: Initialiser = { kind: 'uniform', low: 0, high: 1 };
  readonly #extractor: ConvExtractor;

  /** @throws ConfigError for options that do not fit each other or the backbone */
  constructor(
    readonly config: EncoderConfig,
    readonly shape: BackboneShape,
  ) {
    const { extraTokens, extraTokenStd: std, mask } = config;
    this.#extractor = new ConvExtractor(config.extractor);
    const positionalConv = new PositionalConv(config.positions, shape.dim);
    this.contextNorm = config.contextNorm;
    this.extraTokens = { count: extraTokens, init: std === 0 ? { kind: 'zeros' } : { kind: 'normal', std } };
    this.positions = positions(config, positionalConv, shape);
    if (mask.strategy === 'span' && mask.sameCount !== 'none') this.sameCount = mask.sameCount;
    this.parameters = {
      ...within('local', { ...this.#extractor.parameters, ...projection(this.#extractor.channels, shape.dim) }),
      ...within('positions', positionalConv.parameters),
      ...(config.timeMaskFill === 'token' && { mask_token: { shape: [1, 1, shape.dim], init: this.maskTokenInit } }),
    };
  }

  /** Samples that a frame sees: the shortest utterance. */
  get receptiveField(): number {
    return receptiveField(this.config.extractor.layers);
  }

  /** Frames of a waveform of so many samples. */
  frames(samples: number): number {
    return frameCount(samples, this.config.extractor.layers);
  }

  /** @throws SampleError for an utterance that is too short or has values that are not finite */
  collate(samples: readonly SpeechSample[]): HostBatch {
    return collate(samples, this.config.extractor);
  }

  localFeatures(p: Scope, inputs: NamedTensorMap, context: Context): Tensor3D {
    const local = p.at('local');
    const features = this.#extractor.forward(local, inputs.waveforms!, inputs.firstLengths as Tensor1D | undefined);
    const normal = layerNorm(features, NORM_EPSILON, local.get('norm.weight'), local.get('norm.bias'));
    const frames = linear(normal, local.get('projection.weight'), local.get('projection.bias'));
    return this.#masked(p, dropout(frames, this.config.inputDropout, context, 'input'), inputs, context);
  }

  /** @throws ConfigError for a single frame */
  drawMask(frames: number, stream: RandomStream): Uint8Array {
    return frameMask(frames, this.config.mask, stream);
  }

  decoder(options: DecoderOptions): Decoder {
    return convDecoder1d(options);
  }

  /** Log energies in 40 mel bands of what each frame sees, `logMelFrames`. */
  rawTokens({ waveforms }: NamedTensorMap): Tensor3D {
    return logMelFrames(waveforms as Tensor2D, this.receptiveField, frameStride(this.config.extractor.layers));
  }

  /** Hides what a task masks in fine-tuning: frames first, then channels. */
  #masked(p: Scope, frames: Tensor3D, { timeMask, channelMask }: NamedTensorMap, { noise }: Context): Tensor3D {
    let x = frames;
    if (timeMask) {
      x = mul(x, sub(1, timeMask));
      const { timeMaskFill } = this.config;
      if (timeMaskFill === 'token') x = add(x, mul(p.get('mask_token'), timeMask));
      if (timeMaskFill === 'noise' && noise)
        x = add(x, mul(mul(noise.fork('timeMask').normal(x.shape), NOISE), timeMask));
    }
    return channelMask ? mul(x, sub(1, channelMask)) : x;
  }
}

function projection(inputs: number, dim: number): ParameterSpecs {
  const bound = 1 / Math.sqrt(inputs);
  const init = { kind: 'uniform', low: -bound, high: bound } as const;
  return {
    'norm.weight': { shape: [inputs], init: { kind: 'ones' } },
    'norm.bias': { shape: [inputs], init: { kind: 'zeros' } },
    'projection.weight': { shape: [inputs, dim], init },
    'projection.bias': { shape: [dim], init },
  };
}

function positions(config: EncoderConfig, conv: PositionalConv, { heads }: BackboneShape): Positions {
  const { alibi, padding, extraTokens } = config;
  const exact = padding === 'exact';
  return {
    ...(padding === 'none' && { zeroPadding: false }),
    ...(config.positions.layers > 0 && {
      relative: (p, x, real) =>
        conv.forward(p.at('positions'), x, real && exact ? reshape(real, [...real.shape, 1]) : undefined),
    }),
    ...(alibi.scale !== 'off' && {
      attentionBias: alibiBias({
        heads,
        biasedHeads: alibi.heads ?? heads,
        extra: extraTokens,
        learnedScale: alibi.scale === 'learned',
        scalePer: alibi.perHead ? 'head' : 'all',
        scale: alibi.initialScale,
        distance: (a, b) => Math.abs(a - b),
      }),
    }),
  };
}
