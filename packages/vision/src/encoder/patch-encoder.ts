import {
  alibiBias,
  ConfigError,
  convDecoder2d,
  linear,
  relativeBias,
  SampleError,
  sinCosPositions,
  type BackboneShape,
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
import { reshape, transpose, type NamedTensorMap, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import type { ImageSample } from '../image/index.js';
import { imageShape, type EncoderConfig } from './config.js';
import { patchMask } from './patch-mask.js';

/**
 * Images as sequences of square patches (ViT): each patch's pixels go through one linear projection.
 *
 * Input tensor `images` (B, height, width, channels), normalised.
 */
export class PatchEncoder implements Encoder<ImageSample> {
  readonly parameters: ParameterSpecs;
  readonly extraTokens: Encoder['extraTokens'];
  readonly contextNorm: boolean;
  readonly positions: Positions;
  readonly rawTokenSize: number;
  /** Patches along height and width. */
  readonly grid: readonly [number, number];
  readonly #image: readonly [number, number];

  constructor(
    readonly config: EncoderConfig,
    readonly shape: BackboneShape,
  ) {
    const { patchSize, channels, extraTokens, extraTokenStd } = config;
    this.#image = imageShape(config);
    this.grid = patchGrid(this.#image, patchSize);
    this.rawTokenSize = patchSize * patchSize * channels;
    this.contextNorm = config.contextNorm;
    this.extraTokens = {
      count: extraTokens,
      init: extraTokenStd === 0 ? { kind: 'zeros' } : { kind: 'normal', std: extraTokenStd },
    };
    this.positions = positions(config, this.grid, shape);
    this.parameters = {
      'local.weight': { shape: [patchSize, patchSize, channels, shape.dim], init: this.#weightInit() },
      'local.bias': { shape: [shape.dim], init: { kind: 'zeros' } },
      ...positionTable(config, this.grid, shape.dim),
    };
    patchMask(this.grid, config.mask); // a mask that cannot work is refused now, not at the first batch
  }

  get tokens(): number {
    return this.grid[0] * this.grid[1];
  }

  /** @throws SampleError for a sample of another size or with values that are not finite */
  collate(samples: readonly ImageSample[]): HostBatch {
    const [height, width] = this.#image;
    const { channels } = this.config;
    const size = height * width * channels;
    const data = new Float32Array(samples.length * size);
    samples.forEach((sample, i) => {
      if (sample.pixels.length !== size || sample.height !== height || sample.width !== width) {
        throw new SampleError(
          sample.name,
          `is ${sample.height}×${sample.width}×${sample.channels}, but the encoder takes ${height}×${width}×${channels}`,
        );
      }
      if (!sample.pixels.every(Number.isFinite)) {
        throw new SampleError(sample.name, 'has pixels that are not finite numbers', {
          hint: 'check the dataset and data.transform.normalise',
        });
      }
      data.set(sample.pixels, i * size);
    });
    const labels = samples.map(({ label }) => label);
    return {
      inputs: { images: { data, shape: [samples.length, height, width, channels] } },
      tokens: this.tokens,
      size: samples.length,
      names: samples.map(({ name }) => name),
      ...(labels.some((label) => label !== undefined) ? { labels } : {}),
    };
  }

  localFeatures(p: Scope, inputs: NamedTensorMap): Tensor3D {
    const weight = reshape(p.get('local.weight'), [this.rawTokenSize, this.shape.dim]);
    return linear(this.rawTokens(inputs), weight, p.get('local.bias'));
  }

  /** The pixels of each patch, rows, columns, channels: (B, T, patch²·channels). */
  rawTokens({ images }: NamedTensorMap): Tensor3D {
    const { patchSize, channels } = this.config;
    const [rows, columns] = this.grid;
    const size = images!.shape[0]!;
    const split = reshape(images as Tensor, [size * rows, patchSize, columns, patchSize * channels]);
    return reshape(transpose(split, [0, 2, 1, 3]), [size, rows * columns, this.rawTokenSize]);
  }

  drawMask(_tokens: number, stream: RandomStream): Uint8Array {
    return patchMask(this.grid, this.config.mask)(stream);
  }

  decoder(options: DecoderOptions): Decoder {
    return convDecoder2d(options, this.grid);
  }

  #weightInit(): Initialiser {
    if (this.config.initialisation === 'beit') return { kind: 'truncatedNormal', std: 0.02, limit: 1 };
    const bound = Math.sqrt(6 / (this.rawTokenSize + this.shape.dim));
    return { kind: 'uniform', low: -bound, high: bound };
  }
}

function patchGrid([height, width]: readonly [number, number], patch: number): [number, number] {
  for (const [name, side] of [
    ['height', height],
    ['width', width],
  ] as const) {
    if (side % patch === 0) continue;
    const below = Math.max(1, Math.floor(side / patch)) * patch;
    throw new ConfigError(
      `encoder.imageSize: an image ${name} of ${side} pixels is not a multiple of encoder.patchSize, ${patch}`,
      {
        key: 'encoder.imageSize',
        hint: `use ${below} or ${below + patch}, or another patch size`,
      },
    );
  }
  return [height / patch, width / patch];
}

/** The table of absolute positions, fixed or learned. */
function positionTable({ positions }: EncoderConfig, grid: readonly [number, number], dim: number): ParameterSpecs {
  const shape = [1, grid[0] * grid[1], dim];
  if (positions === 'learned')
    return { positions: { shape, init: { kind: 'truncatedNormal', std: 0.02 }, decay: false } };
  if (positions !== 'sinCos') return {};
  if (dim % 4 !== 0) {
    throw new ConfigError(`backbone.dim is ${dim}; sin-cos positions need a multiple of 4`, { key: 'backbone.dim' });
  }
  return { positions: { shape, init: { kind: 'values', values: sinCosPositions(grid, dim) }, trainable: false } };
}

function positions(config: EncoderConfig, grid: readonly [number, number], { heads }: BackboneShape): Positions {
  const columns = grid[1];
  switch (config.positions) {
    case 'sinCos':
    case 'learned':
      return { absolute: (p) => p.get<Tensor3D>('positions') };
    case 'relative':
      return { attentionBias: relativeBias(grid, config.extraTokens, heads) };
    case 'alibi':
      return {
        attentionBias: alibiBias({
          heads,
          extra: config.extraTokens,
          learnedScale: config.learnedAlibiScale,
          distance: (a, b) =>
            Math.abs(Math.floor(a / columns) - Math.floor(b / columns)) + Math.abs((a % columns) - (b % columns)),
        }),
      };
    case 'none':
      return {};
  }
}
