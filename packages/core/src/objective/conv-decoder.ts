import { reshape, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Decoder, DecoderOptions } from '../encoder/encoder.js';
import { gelu, groupedConv1d, groupedConv2d, layerNorm, linear, residual } from '../ops/index.js';
import type { ParameterSpec, ParameterSpecs } from '../weights/parameter.js';
import type { Scope } from '../weights/scope.js';

const NORM_EPSILON = 1e-5;

type Conv = (x: Tensor3D, weight: Parameters<typeof layerNorm>[0], bias: Parameters<typeof layerNorm>[0]) => Tensor3D;

/** Decoder over a sequence: 1-D convolutions (reference: data2vec2.md §4.2). */
export function convDecoder1d(options: DecoderOptions): Decoder {
  const conv: Conv = (x, weight, bias) => groupedConv1d(x, weight as Tensor3D, bias, options.groups);
  return convDecoder(options, [options.kernel], conv);
}

/** Decoder over a grid of height × width tokens, row-major: 2-D convolutions (reference: data2vec2.md §4.2). */
export function convDecoder2d(options: DecoderOptions, [height, width]: readonly [number, number]): Decoder {
  const conv: Conv = (x, weight, bias) => {
    const grid = reshape(x, [x.shape[0], height, width, x.shape[2]]) as Tensor4D;
    return reshape(groupedConv2d(grid, weight as Tensor4D, bias, options.groups), [
      x.shape[0],
      height * width,
      options.width,
    ]);
  };
  return convDecoder(options, [options.kernel, options.kernel], conv);
}

/** n × (convolution → layer norm without affine → GELU, plus the input where the width fits), then a projection. */
function convDecoder(options: DecoderOptions, kernel: readonly number[], conv: Conv): Decoder {
  const { layers, projectionLayers, residual: residuals } = options;
  return {
    parameters: decoderParameters(options, kernel),
    forward(p: Scope, grid: Tensor3D): Tensor3D {
      let x = grid;
      for (let i = 0; i < layers; i++) {
        const y = gelu(layerNorm(conv(x, p.get(`blocks.${i}.weight`), p.get(`blocks.${i}.bias`)), NORM_EPSILON));
        x = residuals && x.shape[2] === y.shape[2] ? residual(y, x) : y;
      }
      for (let i = 0; i < projectionLayers; i++) {
        x = linear(i === 0 ? x : gelu(x), p.get(`proj.${i}.weight`), p.get(`proj.${i}.bias`));
      }
      return x;
    },
  };
}

function decoderParameters(options: DecoderOptions, kernel: readonly number[]): ParameterSpecs {
  const { dim, width, layers, groups, projectionLayers, projectionRatio } = options;
  const entries: [string, ParameterSpec][] = [];
  // The uniform ±1/√fan-in that PyTorch gives convolutions and these projections (reference: data2vec2.md §6).
  const layer = (name: string, shape: number[]): void => {
    const bound = 1 / Math.sqrt(shape.slice(0, -1).reduce((a, b) => a * b));
    const init = { kind: 'uniform', low: -bound, high: bound } as const;
    entries.push([`${name}.weight`, { shape, init }], [`${name}.bias`, { shape: [shape[shape.length - 1]!], init }]);
  };
  for (let i = 0; i < layers; i++) layer(`blocks.${i}`, [...kernel, (i === 0 ? dim : width) / groups, width]);
  let inputs = width;
  for (let i = 0; i < projectionLayers; i++) {
    const outputs = i === projectionLayers - 1 ? dim : Math.round(inputs * projectionRatio);
    layer(`proj.${i}`, [inputs, outputs]);
    inputs = outputs;
  }
  return Object.fromEntries(entries);
}
