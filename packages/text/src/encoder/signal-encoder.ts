import {
  blockMask1d,
  ConfigError,
  convDecoder1d,
  linear,
  SampleError,
  type BackboneShape,
  type Decoder,
  type DecoderOptions,
  type Encoder,
  type HostBatch,
  type ParameterSpecs,
  type Positions,
  type RandomStream,
  type Scope,
} from '@d2v/core';
import { reshape, type NamedTensorMap, type Tensor3D } from '@tensorflow/tfjs-core';
import type { SignalSample } from '../signal.js';
import type { EncoderConfig } from './config.js';

/**
 * Signals as sequences of patches: the values of `patch` time steps go through one linear projection, and a learned
 * position is added.
 *
 * Input tensor `values` (B, length, channels). A shorter window is padded with zeros; the tokens that hold none of its
 * steps are padding.
 */
export class SignalEncoder implements Encoder<SignalSample> {
  readonly parameters: ParameterSpecs;
  readonly extraTokens: Encoder['extraTokens'] = { count: 0, init: { kind: 'zeros' } };
  readonly contextNorm = true;
  readonly positions: Positions = { absolute: (p) => p.get<Tensor3D>('positions') };
  /** Values of a token. */
  readonly rawTokenSize: number;
  readonly tokens: number;

  /** @throws ConfigError when `length` is not a multiple of `patch`, or a mask would hide all tokens or none */
  constructor(
    readonly config: EncoderConfig,
    readonly shape: BackboneShape,
  ) {
    const { channels, length, patch } = config;
    if (length % patch !== 0) {
      throw new ConfigError(`encoder.length is ${length}, which is not a multiple of encoder.patch, ${patch}`, {
        key: 'encoder.length',
        hint: `use ${Math.ceil(length / patch) * patch}`,
      });
    }
    this.tokens = length / patch;
    this.rawTokenSize = patch * channels;
    checkMask(this.tokens, config);
    const bound = Math.sqrt(6 / (this.rawTokenSize + shape.dim)); // Xavier
    this.parameters = {
      'local.weight': { shape: [this.rawTokenSize, shape.dim], init: { kind: 'uniform', low: -bound, high: bound } },
      'local.bias': { shape: [shape.dim], init: { kind: 'zeros' } },
      positions: {
        shape: [1, this.tokens, shape.dim],
        init: { kind: 'truncatedNormal', std: 0.02 },
        decay: false,
      },
    };
  }

  /** @throws SampleError for a window that is empty, too long, not whole steps or not finite */
  collate(samples: readonly SignalSample[]): HostBatch {
    const { channels, length, patch } = this.config;
    const data = new Float32Array(samples.length * length * channels);
    const lengths = samples.map((sample, i) => {
      const steps = sample.values.length / channels;
      if (!Number.isInteger(steps) || steps < 1 || steps > length) {
        throw new SampleError(
          sample.name,
          `has ${sample.values.length} values; the encoder takes 1 to ${length} steps of ${channels}`,
        );
      }
      const bad = sample.values.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) throw new SampleError(sample.name, `value ${bad} is ${sample.values[bad]}`);
      data.set(sample.values, i * length * channels);
      return Math.ceil(steps / patch);
    });
    return {
      inputs: { values: { data, shape: [samples.length, length, channels] } },
      tokens: this.tokens,
      size: samples.length,
      ...(lengths.some((tokens) => tokens < this.tokens) && { lengths }),
      ...(samples.some(({ label }) => label !== undefined) && { labels: samples.map(({ label }) => label) }),
    };
  }

  localFeatures(p: Scope, inputs: NamedTensorMap): Tensor3D {
    return linear(this.rawTokens(inputs), p.get('local.weight'), p.get('local.bias'));
  }

  /** The values of each token, (B, T, patch·channels). */
  rawTokens({ values }: NamedTensorMap): Tensor3D {
    return reshape(values!, [-1, this.tokens, this.rawTokenSize]);
  }

  drawMask(tokens: number, stream: RandomStream): Uint8Array {
    const { ratio, length, adjust, inverse } = this.config.mask;
    return blockMask1d(tokens, { maskProb: ratio, maskLength: length, maskProbAdjust: adjust, inverse }, stream);
  }

  decoder(options: DecoderOptions): Decoder {
    return convDecoder1d(options);
  }
}

function checkMask(tokens: number, { mask: { ratio } }: EncoderConfig): void {
  const hidden = Math.floor(tokens * ratio);
  if (hidden > 0 && hidden < tokens) return;
  throw new ConfigError(
    `encoder.mask.ratio ${ratio} hides ${hidden} of ${tokens} tokens; some must be hidden, some visible`,
    {
      key: 'encoder.mask.ratio',
      hint: 'make the windows longer, or the patches shorter',
    },
  );
}
