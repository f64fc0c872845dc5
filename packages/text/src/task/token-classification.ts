import {
  dropout,
  linear,
  requireClasses,
  SampleError,
  type Context,
  type Evaluation,
  type Features,
  type HostBatch,
  type HostTensors,
  type ParameterSpecs,
  type Scope,
  type Task,
  type TaskContext,
  type TaskKind,
} from '@d2v/core';
import type { NamedTensorMap, Scalar, Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { areEntityTags, EntityCounts } from '../metrics/index.js';
import { IGNORED, tokenCrossEntropy, tokenTargets } from './token-cross-entropy.js';
import { bestOf, TokenScores } from './token-scores.js';

export const tokenClassificationSchema = z.strictObject({
  dropout: z.number().min(0).max(1).default(0.1).describe('Before the output layer.'),
});

export type TokenClassificationOptions = z.output<typeof tokenClassificationSchema>;

/** A class for every word: names, parts of speech. */
export const tokenClassification: TaskKind<TokenClassificationOptions> = {
  description: 'A class for every word: an output layer on the first token of each.',
  schema: tokenClassificationSchema,
  create: (options, context) => new TokenClassification(options, context),
};

/** Dropout and output layer on every token (reference: checkpoints.md §4); a word's first token counts. */
class TokenClassification implements Task {
  readonly parameters: ParameterSpecs;

  constructor(
    readonly options: TokenClassificationOptions,
    readonly context: TaskContext,
  ) {
    const { dim, classes } = context;
    requireClasses(classes, 'use the reader words, with a label for every word');
    this.parameters = {
      weight: { shape: [dim, classes.length], init: { kind: 'normal', std: 0.02 } },
      bias: { shape: [classes.length], init: { kind: 'zeros' } },
    };
  }

  /** Targets `labels` (B·T), `weights` (B·T). */
  targets(batch: HostBatch): { batch: HostBatch; targets: HostTensors } {
    const { tokens, size } = batch;
    const labels = new Int32Array(size * tokens).fill(IGNORED);
    for (let row = 0; row < size; row++) labels.set(this.#labels(batch, row), row * tokens);
    return { batch, targets: tokenTargets(labels, size) };
  }

  /** (B, T, classes). */
  forward(p: Scope, { tokens }: Features, context: Context): Tensor {
    return linear(dropout(tokens, this.options.dropout, context, 'tokens'), p.get('weight'), p.get('bias'));
  }

  /** The mean over labelled tokens, times the texts of the batch. */
  loss(logits: Tensor, targets: NamedTensorMap): Scalar {
    return tokenCrossEntropy(logits, targets);
  }

  evaluation(): Evaluation {
    return new TokenMetrics(this.context.classes);
  }

  #labels({ labels, names, tokens }: HostBatch, row: number): Int32Array {
    const own = labels?.[row];
    const name = names?.[row] ?? `text ${row} of this batch`;
    if (!(own instanceof Int32Array) || own.length > tokens) {
      throw new SampleError(name, 'has no labels for its words', { hint: 'use the reader words' });
    }
    const { length } = this.context.classes;
    const wrong = own.find((label) => label < IGNORED || label >= length);
    if (wrong === undefined) return own;
    throw new SampleError(name, `has label ${wrong}, but there are ${length} classes`, {
      hint: 'name every class in data.train.classes',
    });
  }
}

/** Accuracy in percent and, where the classes are tags such as `B-LOC`, precision, recall and F1 of entities. */
class TokenMetrics implements Evaluation {
  readonly #scores = new TokenScores();
  readonly #entities: EntityCounts | undefined;

  constructor(readonly classes: readonly string[]) {
    if (areEntityTags(classes)) this.#entities = new EntityCounts();
  }

  add(logits: Float32Array, [, tokens, classes]: readonly number[], labels: readonly unknown[]): void {
    (labels as readonly Int32Array[]).forEach((row, i) => {
      const start = i * tokens! * classes!;
      this.#scores.add(logits.subarray(start), classes!, row);
      if (!this.#entities) return;
      const [real, predicted]: [string[], string[]] = [[], []];
      row.forEach((label, token) => {
        if (label === IGNORED) return;
        real.push(this.classes[label]!);
        predicted.push(this.classes[bestOf(logits, start + token * classes!, classes!)]!);
      });
      this.#entities.add(real, predicted);
    });
  }

  result(): Record<string, number> {
    const { precision, recall, f1 } = this.#entities ?? {};
    return {
      accuracy: 100 * this.#scores.accuracy,
      ...(f1 !== undefined && { precision: 100 * precision!, recall: 100 * recall!, f1: 100 * f1 }),
    };
  }
}
