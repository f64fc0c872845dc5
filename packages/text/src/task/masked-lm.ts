import {
  ConfigError,
  differentiable,
  gatherRows,
  gelu,
  layerNorm,
  linear,
  RandomStream,
  Scope,
  type Context,
  type Evaluation,
  type Features,
  type HostBatch,
  type HostTensors,
  type ParameterSpecs,
  type Task,
  type TaskContext,
  type TaskKind,
} from '@d2v/core';
import {
  add,
  matMul,
  reshape,
  type NamedTensorMap,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { encoderSchema, type EncoderConfig } from '../encoder/config.js';
import { predictedTokens } from './predicted-tokens.js';
import { TokenScores } from './token-scores.js';
import { tokenCrossEntropy, tokenTargets } from './token-cross-entropy.js';

export const maskedLmSchema = z.strictObject({
  tied: z
    .boolean()
    .default(true)
    .describe('The output layer is the token embedding, as in RoBERTa; false: a layer of its own.'),
  normEpsilon: z.number().positive().default(1e-5).describe('ε of the layer norm.'),
  ratio: z.number().gt(0).lt(1).default(0.15).describe('Share of the tokens of a text that are predicted.'),
  leave: z.number().min(0).max(1).default(0.1).describe('Share of the predicted tokens that stay as they are.'),
  random: z.number().min(0).max(1).default(0.1).describe('Share of the predicted tokens that become random ones.'),
});

export type MaskedLmOptions = z.output<typeof maskedLmSchema>;

/** Masked language modelling, for any text without labels. */
export const maskedLm: TaskKind<MaskedLmOptions> = {
  description: "Masked language modelling: RoBERTa's head predicts hidden tokens; needs no labels.",
  schema: maskedLmSchema,
  create: (options, context) => new MaskedLm(options, context),
};

/**
 * Dense layer, GELU, layer norm, output layer over the vocabulary (reference: checkpoints.md §4), trained on BERT's
 * masks. Of a text, `ratio` of the tokens between its special ones are predicted, one at least.
 */
class MaskedLm implements Task {
  readonly parameters: ParameterSpecs;
  readonly #encoder: EncoderConfig;

  constructor(
    readonly options: MaskedLmOptions,
    { dim, encoder }: TaskContext,
  ) {
    this.#encoder = encoderSchema.parse(encoder ?? {});
    const { leave, random, tied } = options;
    if (leave + random > 1) {
      throw new ConfigError(`task: leave and random are ${leave} and ${random}, more than 1 together`, {
        key: 'task.random',
      });
    }
    const { vocabulary } = this.#encoder;
    const matrix = (outputs: number): ParameterSpecs[string] => ({
      shape: [dim, outputs],
      init: { kind: 'normal', std: 0.02 },
    });
    this.parameters = {
      'dense.weight': matrix(dim),
      'dense.bias': { shape: [dim], init: { kind: 'zeros' } },
      'norm.weight': { shape: [dim], init: { kind: 'ones' } },
      'norm.bias': { shape: [dim], init: { kind: 'zeros' } },
      ...(!tied && { 'decoder.weight': matrix(vocabulary) }),
      bias: { shape: [vocabulary], init: { kind: 'zeros' } },
    };
  }

  /**
   * Masks the ids. Targets `rows` (P) int32, rows of the flattened (B, T) tokens; `labels` (P), `weights` (P).
   *
   * Without `stream`, as in an evaluation, a text's mask depends on its ids alone.
   */
  targets(batch: HostBatch, stream?: RandomStream): { batch: HostBatch; targets: HostTensors } {
    const { data, shape } = batch.inputs.ids!;
    const { tokens, size } = batch;
    const ids = Int32Array.from(data);
    const each = Math.max(1, Math.round(this.options.ratio * tokens));
    const rows = new Int32Array(size * each);
    const labels = new Int32Array(size * each).fill(-1);
    for (let row = 0; row < size; row++) {
      const text = ids.subarray(row * tokens, row * tokens + (batch.lengths?.[row] ?? tokens));
      const own = stream?.fork(row) ?? new RandomStream(['masked-lm', text.join(' ')]);
      const predicted = predictedTokens(text, this.#encoder, this.options, own);
      predicted.places.forEach((place, i) => {
        rows[row * each + i] = row * tokens + place;
        labels[row * each + i] = text[place]!;
        text[place] = predicted.ids[i]!;
      });
    }
    return {
      batch: { ...batch, inputs: { ...batch.inputs, ids: { data: ids, shape } }, labels: [...labels] },
      targets: { rows: { data: rows, shape: [rows.length] }, ...tokenTargets(labels, rows.length) },
    };
  }

  /** (P, vocabulary) of the rows that `targets` name; (B, T, vocabulary) without them. */
  forward(p: Scope, { tokens }: Features, _context: Context, targets?: NamedTensorMap): Tensor {
    const [, , dim] = tokens.shape;
    const flat = reshape(tokens as Tensor3D, [-1, dim]) as Tensor2D;
    const chosen = targets?.rows ? gatherRows(flat, targets.rows as Tensor1D) : flat;
    const hidden = gelu(linear(chosen, p.get('dense.weight'), p.get('dense.bias')));
    const x = layerNorm(hidden, this.options.normEpsilon, p.get('norm.weight'), p.get('norm.bias'));
    const logits = this.options.tied
      ? add(timesTransposed(x, new Scope(p.weights, 'encoder').get('local.embed_tokens.weight')), p.get('bias'))
      : linear(x, p.get('decoder.weight'), p.get('bias'));
    return targets?.rows ? logits : reshape(logits, [...tokens.shape.slice(0, 2), logits.shape[1]!]);
  }

  /** The mean over predicted tokens, times the rows of the logits. */
  loss(logits: Tensor, targets: NamedTensorMap): Scalar {
    return tokenCrossEntropy(logits, targets);
  }

  evaluation(): Evaluation {
    return new MaskedLmMetrics();
  }
}

/** x·Wᵀ, (R, D)·(V, D)ᵀ → (R, V). */
function timesTransposed(x: Tensor2D, weight: Tensor2D): Tensor2D {
  return differentiable(
    [x, weight],
    (save) => {
      save([x, weight]);
      return matMul(x, weight, false, true) as Tensor2D;
    },
    (dy, [x, weight]) => [
      matMul(dy as Tensor2D, weight as Tensor2D),
      matMul(dy as Tensor2D, x as Tensor2D, true, false),
    ],
  );
}

/** Share of the hidden tokens that are found, in percent, and the perplexity. */
class MaskedLmMetrics implements Evaluation {
  readonly #scores = new TokenScores();

  add(logits: Float32Array, shape: readonly number[], labels: readonly unknown[]): void {
    this.#scores.add(logits, shape[shape.length - 1]!, labels as readonly number[]);
  }

  result(): Record<string, number> {
    return { accuracy: 100 * this.#scores.accuracy, perplexity: Math.exp(this.#scores.meanLoss) };
  }
}
