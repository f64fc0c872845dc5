import {
  channelNorm,
  conv1d,
  gelu,
  layerNorm,
  scaleGradient,
  withoutGradient,
  type Initialiser,
  type ParameterSpec,
  type ParameterSpecs,
  type Scope,
} from '@d2v/core';
import {
  clipByValue,
  ones,
  range,
  reshape,
  sub,
  tidy,
  type Tensor,
  type Tensor1D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import type { ExtractorConfig } from './config.js';

const NORM_EPSILON = 1e-5;

/**
 * The convolutional extractor: waveforms → features (reference: data2vec1.md §4.2). Each layer is a convolution without
 * padding, a norm and GELU. Frames that see real samples alone are the same whatever pads the waveform.
 */
export class ConvExtractor {
  /** Names relative to `local.`. */
  readonly parameters: ParameterSpecs;
  /** Channels of the features. */
  readonly channels: number;

  constructor(readonly config: ExtractorConfig) {
    this.parameters = parameters(config);
    this.channels = config.layers[config.layers.length - 1]![0];
  }

  /**
   * @param waveforms (B, N)
   * @param firstLengths (B) real steps of the first layer's output, for group norm; absent: all count
   * @returns (B, T, channels)
   */
  forward(p: Scope, waveforms: Tensor, firstLengths?: Tensor1D): Tensor3D {
    const { gradientScale } = this.config;
    if (gradientScale === 0) return withoutGradient(() => this.#layers(p, waveforms, firstLengths));
    const features = this.#layers(p, waveforms, firstLengths);
    return gradientScale === 1 ? features : scaleGradient(features, gradientScale);
  }

  #layers(p: Scope, waveforms: Tensor, firstLengths?: Tensor1D): Tensor3D {
    const { layers, norm, bias } = this.config;
    let x = reshape(waveforms, [waveforms.shape[0]!, waveforms.shape[1]!, 1]) as Tensor3D;
    layers.forEach(([, , stride], i) => {
      const at = p.at(`extractor.${i}`);
      const input = x;
      // Freed here is what no gradient wants; what one does want, the tape keeps.
      x = tidy(() => {
        const y = conv1d(input, at.get<Tensor3D>('weight'), stride, bias ? at.get('bias') : undefined);
        const [gain, offset] = hasNorm(norm, i) ? [at.get('norm.weight'), at.get('norm.bias')] : [];
        if (!gain || !offset) return gelu(y);
        if (norm === 'layer') return gelu(layerNorm(y, NORM_EPSILON, gain, offset));
        return gelu(channelNorm(y, NORM_EPSILON, gain, offset, realSteps(y, firstLengths)));
      });
    });
    return x;
  }
}

const hasNorm = (norm: ExtractorConfig['norm'], layer: number): boolean => norm === 'layer' || layer === 0;

/** (B, T, 1), 1 = real step. */
function realSteps({ shape: [rows, steps] }: Tensor3D, lengths?: Tensor1D): Tensor {
  if (!lengths) return ones([rows, steps, 1]);
  const left = sub(reshape(lengths, [rows, 1, 1]), reshape(range(0, steps), [1, steps, 1]));
  return clipByValue(left, 0, 1);
}

function parameters({ layers, norm, bias, gradientScale }: ExtractorConfig): ParameterSpecs {
  const frozen = gradientScale === 0 ? { trainable: false } : {};
  const specs: Record<string, ParameterSpec> = {};
  let inputs = 1;
  layers.forEach(([channels, kernel], i) => {
    const fanIn = inputs * kernel;
    const name = `extractor.${i}`;
    const bound = 1 / Math.sqrt(fanIn);
    const add = (suffix: string, shape: number[], init: Initialiser): void => {
      specs[`${name}.${suffix}`] = { shape, init, ...frozen };
    };
    add('weight', [kernel, inputs, channels], { kind: 'normal', std: Math.sqrt(2 / fanIn) }); // Kaiming
    if (bias) add('bias', [channels], { kind: 'uniform', low: -bound, high: bound });
    if (hasNorm(norm, i)) {
      add('norm.weight', [channels], { kind: 'ones' });
      add('norm.bias', [channels], { kind: 'zeros' });
    }
    inputs = channels;
  });
  return specs;
}
