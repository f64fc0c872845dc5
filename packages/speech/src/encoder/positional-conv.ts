import {
  ConfigError,
  gelu,
  groupedConv1d,
  layerNorm,
  type Initialiser,
  type ParameterSpec,
  type ParameterSpecs,
  type Scope,
} from '@d2v/core';
import { mul, rsqrt, square, sum, tidy, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import type { ConvPositionsConfig } from './config.js';

const NORM_EPSILON = 1e-5;

/**
 * Positions from grouped convolutions over the frames (reference: data2vec1.md §4.3, data2vec2.md §2.4): layers of
 * convolution, layer norm without affine and GELU; or wav2vec 2.0's single convolution with weight norm and GELU.
 */
export class PositionalConv {
  /** Names relative to `positions.`. */
  readonly parameters: ParameterSpecs;

  /** @throws ConfigError when the groups do not divide `dim`, or weight norm is to have several layers */
  constructor(
    readonly config: ConvPositionsConfig,
    dim: number,
  ) {
    const { groups, weightNorm, layers } = config;
    if (layers > 0 && dim % groups !== 0) {
      throw new ConfigError(`encoder.positions.groups is ${groups}, which does not divide backbone.dim, ${dim}`, {
        key: 'encoder.positions.groups',
      });
    }
    if (weightNorm && layers !== 1) {
      throw new ConfigError(`encoder.positions.weightNorm takes a single convolution, layers is ${layers}`, {
        key: 'encoder.positions.layers',
        hint: 'set layers: 1',
      });
    }
    this.parameters = parameters(config, dim);
  }

  /**
   * @param x (B, T, D), padded rows 0
   * @param real (B, T, 1), 1 = real frame: padded rows are zeroed between layers too, as the ends of an unpadded
   *   sequence are; absent: they are left as they come out
   * @returns (B, T, D)
   */
  forward(p: Scope, x: Tensor3D, real?: Tensor): Tensor3D {
    const { layers, groups, preNorm, weightNorm } = this.config;
    const zeroed = (y: Tensor3D): Tensor3D => (real ? mul(y, real) : y);
    let y = preNorm ? zeroed(layerNorm(x, NORM_EPSILON, p.get('norm.weight'), p.get('norm.bias'))) : x;
    for (let i = 0; i < layers; i++) {
      const at = p.at(`${i}`);
      const input = y;
      y = tidy(() => {
        const z = groupedConv1d(input, kernelOf(at, weightNorm), at.get('bias'), groups);
        return zeroed(gelu(weightNorm ? z : layerNorm(z, NORM_EPSILON)));
      });
    }
    return y;
  }
}

/** w = gain·v/‖v‖, the norm over inputs and outputs at each place of the kernel (reference: checkpoints.md §7). */
function kernelOf(p: Scope, weightNorm: boolean): Tensor3D {
  const weight = p.get<Tensor3D>('weight');
  if (!weightNorm) return weight;
  return mul(weight, mul(p.get('gain'), rsqrt(sum(square(weight), [1, 2], true))));
}

function parameters({ layers, kernel, groups, preNorm, weightNorm }: ConvPositionsConfig, dim: number): ParameterSpecs {
  const specs: Record<string, ParameterSpec> = {};
  if (preNorm) {
    specs['norm.weight'] = { shape: [dim], init: { kind: 'ones' } };
    specs['norm.bias'] = { shape: [dim], init: { kind: 'zeros' } };
  }
  const shape = [kernel, dim / groups, dim];
  const bound = 1 / Math.sqrt((kernel * dim) / groups);
  const uniform: Initialiser = { kind: 'uniform', low: -bound, high: bound };
  const std = 2 / Math.sqrt(kernel * dim); // wav2vec 2.0's own
  for (let i = 0; i < layers; i++) {
    if (weightNorm) {
      const norm = std * Math.sqrt((dim * dim) / groups);
      specs[`${i}.weight`] = { shape, init: { kind: 'normal', std } };
      specs[`${i}.gain`] = { shape: [kernel, 1, 1], init: { kind: 'constant', value: norm }, decay: false };
      specs[`${i}.bias`] = { shape: [dim], init: { kind: 'zeros' } };
    } else {
      specs[`${i}.weight`] = { shape, init: uniform };
      specs[`${i}.bias`] = { shape: [dim], init: uniform };
    }
  }
  return specs;
}
