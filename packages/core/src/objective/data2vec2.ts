import {
  add,
  expandDims,
  mean,
  mul,
  ones,
  reshape,
  slice,
  squeeze,
  sum,
  zeros,
  type NamedTensorMap,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Decoder } from '../encoder/encoder.js';
import type { HostBatch, HostTensors } from '../encoder/host.js';
import type { Network } from '../encoder/network.js';
import { realVisible, visibleSequence, type Visible } from '../encoder/sequence.js';
import { maskIndices } from '../mask/indices.js';
import { asRows, dropout, regressionLoss, restoreGrid, withoutGradient } from '../ops/index.js';
import type { RandomStream } from '../random/stream.js';
import { teacherSchema } from '../teacher/teacher.js';
import { within, type ParameterSpecs, type Weights } from '../weights/parameter.js';
import { Scope } from '../weights/scope.js';
import { collapseSchema } from './collapse.js';
import { decorrelation } from './decorrelation.js';
import { lossScale, lossSchema } from './loss-config.js';
import { withSameCount } from './same-count.js';
import type { Batch, BatchStreams, Losses, MaskedObjective, ObjectiveContext, Prepared } from './objective.js';
import { reconstructionLoss, reconstructionParameters } from './reconstruction.js';
import { sharesLocalEncoder, teacherTargets, variances } from './teacher-targets.js';
import { targetsSchema } from './targets.js';

const weight = () => z.number().min(0);

export const decoderSchema = z.strictObject({
  width: z.number().int().positive().default(384).describe('Channels of the convolutions.'),
  layers: z.number().int().min(0).default(4).describe('Convolutions.'),
  kernel: z.number().int().positive().default(3).describe('Kernel size along each axis.'),
  groups: z.number().int().positive().default(16).describe('Convolution groups; must divide dim and width.'),
  residual: z.boolean().default(true).describe("Adds a layer's input to its output where their widths are equal."),
  projectionLayers: z.number().int().positive().default(1).describe('Linear layers after the convolutions.'),
  projectionRatio: z.number().positive().default(2).describe('Growth of the width between projection layers.'),
  inputDropout: z.number().min(0).max(1).default(0).describe("Dropout on the encoder's output."),
  positions: z
    .enum(['none', 'masked', 'all'])
    .default('none')
    .describe('Cells to which the absolute positions are added again.'),
});

export const data2vec2Schema = z.strictObject({
  name: z
    .literal('data2vec2')
    .describe('data2vec 2.0: the student encodes visible tokens only, many masks share a teacher pass.'),
  masks: z.number().int().positive().default(8).describe('Masks per sample (M) that share one teacher pass.'),
  keepMasked: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('Fraction of the masked tokens that the encoder sees all the same.'),
  maskNoise: z
    .number()
    .min(0)
    .default(0.01)
    .describe('Standard deviation of the noise that fills masked cells for the decoder.'),
  decoder: decoderSchema.prefault({}).describe('Convolutional decoder.'),
  loss: lossSchema,
  regression: weight().default(1).describe('Weight of the regression loss.'),
  clsLoss: weight()
    .default(0)
    .describe('Weight of the cls loss, a sum over the rows of a batch: scale it with 1/rows to keep its share.'),
  reconstruction: weight().default(0).describe('Weight of the loss on raw tokens (normalised pixels, mel bands).'),
  decorrelation: weight()
    .default(0)
    .describe('Weight of the penalty on correlated channels of the local features and of the encoded visible tokens.'),
  targets: targetsSchema.prefault({}).describe('What the student predicts.'),
  teacher: teacherSchema.prefault({}).describe('The moving average of the student that makes the targets.'),
  collapse: collapseSchema,
});

export type Data2vec2Config = z.infer<typeof data2vec2Schema>;

/** data2vec 2.0: the student encodes visible tokens only, many masks share a teacher pass (reference: data2vec2.md). */
export class Data2vec2 implements MaskedObjective {
  readonly parameters: ParameterSpecs;
  readonly teacher: Data2vec2Config['teacher'];
  readonly collapse: Data2vec2Config['collapse'];
  readonly #decoder: Decoder;

  constructor(
    readonly network: Network,
    readonly config: Data2vec2Config,
  ) {
    this.teacher = config.teacher;
    this.collapse = config.collapse;
    this.#decoder = network.encoder.decoder({ ...config.decoder, dim: network.config.dim });
    this.parameters = {
      ...within('decoder', this.#decoder.parameters),
      ...(config.reconstruction > 0 ? reconstructionParameters(network) : {}),
    };
  }

  prepare(batch: HostBatch, streams: BatchStreams): Prepared {
    const { tokens, size } = batch;
    const { masks: copies } = this.config;
    const masks = new Uint8Array(size * copies * tokens);
    const copy = (row: number): RandomStream => streams.sample(Math.floor(row / copies)).fork(row % copies);
    for (let row = 0; row < size * copies; row++) {
      const sample = { batch, row: Math.floor(row / copies) };
      masks.set(this.network.encoder.drawMask(tokens, copy(row), sample), row * tokens);
    }
    return this.place(withSameCount(this.network.encoder, masks, batch, copy), batch);
  }

  place(masks: Uint8Array, batch: HostBatch): Prepared {
    const { size, tokens } = batch;
    const rows = masks.length / tokens;
    const { visibleTokens: count, visible, restore } = maskIndices(masks, rows, tokens, this.config.keepMasked);
    const copies = rows / size;
    const extra = this.network.encoder.extraTokens.count;
    const source = visible.map((cell) => Math.floor(cell / tokens / copies) * tokens + (cell % tokens));
    const present = new Int32Array(rows * (extra + count));
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < extra; i++) present[row * (extra + count) + i] = i;
      for (let i = 0; i < count; i++)
        present[row * (extra + count) + extra + i] = extra + (visible[row * count + i]! % tokens);
    }
    const drawn: HostTensors = {
      mask: { data: Float32Array.from(masks), shape: [rows, tokens] },
      source: { data: source, shape: [rows * count] },
      grid: { data: visible, shape: [rows * count] },
      present: { data: present, shape: [rows, extra + count] },
      restore: { data: restore.map((slot) => stacked(slot, rows, tokens, count)), shape: [rows * tokens] },
    };
    return { batch, drawn };
  }

  loss(student: Weights, averaged: Weights, batch: Batch, context: ObjectiveContext): Losses {
    const { network, config } = this;
    const { dim } = network.config;
    const visible = visibleTokens(batch.drawn, network.encoder.extraTokens.count);
    const [rows, tokens] = visible.mask.shape;
    const local = network.localFeatures(student, batch.inputs, context);
    context.observe?.('local_features', local);
    const [samples] = local.shape;

    const shared = sharesLocalEncoder(config.teacher) ? local : undefined;
    const targets = teacherTargets(network, { ...student, ...averaged }, batch, config.targets, context, shared);

    const p = new Scope(student);
    const sequence = visibleSequence(network.encoder, p.at('encoder'), local, visible, batch.real);
    const encoded = network.forward(student, sequence, context).x;
    context.observe?.('student_encoded', encoded);
    const prediction = this.#decoder.forward(p.at('decoder'), this.#grid(p, encoded, visible, batch.drawn, context));
    context.observe?.('decoded', prediction);

    // One target serves the M masks of its sample: (B, 1, T, D) against predictions (B, M, T, D).
    const copies = rows / samples;
    const byCopy = reshape(prediction, [samples, copies, tokens, dim]);
    const weight = reshape(visible.mask, [samples, copies, tokens, 1]);
    const scale = lossScale(config.loss, dim);
    const terms: Record<string, Scalar> = {};
    if (config.regression > 0) {
      const loss = regressionLoss(byCopy, expandDims(targets, 1), weight, config.loss.beta);
      terms.regression = mul(loss, scale * config.regression);
    }
    const sampleSize = withoutGradient(() => sum(visible.mask)) as Scalar;
    if (config.clsLoss > 0) {
      const loss = clsLoss(encoded, targets, copies, network.encoder.extraTokens.count);
      terms.cls = mul(mul(loss, scale * config.clsLoss), sampleSize);
    }
    if (config.reconstruction > 0) {
      const loss = reconstructionLoss(network, p, prediction, batch.inputs, weight, config.loss);
      terms.reconstruction = mul(loss, config.reconstruction);
    }
    if (config.decorrelation > 0) {
      const content = network.withoutExtra(encoded);
      const penalty = add(
        decorrelation(local, batch.real && expandDims(batch.real, 2)),
        decorrelation(content, batch.real && expandDims(realVisible(batch.real, visible), 2)),
      );
      terms.decorrelation = mul(mul(penalty, config.decorrelation), sampleSize);
    }
    const counted = expandDims(visible.mask, 2) as Tensor3D;
    const perSample = (): Tensor3D => sum(weight, 1) as Tensor3D;
    return {
      terms,
      sampleSize,
      metrics: context.monitor
        ? variances({ targets, prediction, local }, { targets: perSample(), prediction: counted })
        : {},
    };
  }

  /** The decoder's input: visible tokens back in their cells, noise in the masked ones (reference: data2vec2.md §4.1). */
  #grid(p: Scope, encoded: Tensor3D, visible: Visible, drawn: NamedTensorMap, context: ObjectiveContext): Tensor3D {
    const { maskNoise, decoder } = this.config;
    const [rows, tokens] = visible.mask.shape;
    const { dim } = this.network.config;
    const z = dropout(this.network.withoutExtra(encoded), decoder.inputDropout, context, 'decoder');
    const fillerShape: [number, number] = [rows * (tokens - visible.count), dim];
    const noise = context.noise?.fork('mask');
    const filler = noise && maskNoise > 0 ? mul(noise.normal(fillerShape), maskNoise) : zeros(fillerShape);
    const grid = reshape(restoreGrid(asRows(z), filler as Tensor2D, drawn.restore as Tensor1D, visible.grid), [
      rows,
      tokens,
      dim,
    ]) as Tensor3D;
    const positions = this.network.encoder.positions.absolute;
    if (decoder.positions === 'none' || !positions) return grid;
    const table = positions(p.at('encoder'), tokens);
    return add(grid, decoder.positions === 'all' ? table : mul(table, expandDims(visible.mask, 2)));
  }
}

/** From a slot among each row's own visible and noise tokens to one among all visible rows followed by all noise rows. */
function stacked(slot: number, rows: number, tokens: number, count: number): number {
  const row = Math.floor(slot / tokens);
  const rank = slot % tokens;
  return rank < count ? row * count + rank : rows * count + row * (tokens - count) + rank - count;
}

function visibleTokens(drawn: NamedTensorMap, extra: number): Visible {
  const { mask, source, grid, present } = drawn as Record<string, Tensor>;
  return {
    mask: mask as Tensor2D,
    source: source as Tensor1D,
    grid: grid as Tensor1D,
    present: present as Tensor2D,
    count: present!.shape[1]! - extra,
  };
}

/** Squared error between the last extra token and the mean target of its sample, summed over rows and channels. */
function clsLoss(encoded: Tensor3D, targets: Tensor3D, copies: number, extra: number): Scalar {
  const [rows, , dim] = encoded.shape;
  const token = reshape(squeeze(slice(encoded, [0, extra - 1, 0], [-1, 1, -1]), [1]), [rows / copies, copies, dim]);
  const target = mean(targets, 1, true);
  return regressionLoss(token, target, ones([1, 1, 1]), 0);
}
