import {
  dropout,
  linear,
  SampleError,
  type Context,
  type Evaluation,
  type Features,
  type HostBatch,
  type HostTensors,
  type ParameterSpecs,
  type RandomStream,
  type Scope,
  type Task,
  type TaskContext,
  type TaskKind,
} from '@d2v/core';
import {
  add,
  mul,
  reshape,
  sub,
  tensor1d,
  type NamedTensorMap,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { sampleRate } from '../audio/index.js';
import { ctcLoss, framesFor } from '../ctc/index.js';
import { frameStride, type ConvLayer } from '../encoder/lengths.js';
import { featureMaskSchema, maskFeatures } from '../mask/index.js';
import type { Vocabulary } from '../vocabulary/index.js';
import { ctcVocabulary, newVocabulary, vocabularySchema } from './ctc-vocabulary.js';
import { Transcription } from './transcription.js';

/** Options of recognition with CTC (reference: data2vec1.md §4.6, data2vec2.md §8.2). */
export const ctcSchema = z.strictObject({
  vocabulary: vocabularySchema.describe(
    'Tokens of the outputs in order, `<pad>` for the blank and `|` between words; english: the 32 of LibriSpeech models; ' +
      "file: fairseq's dict.ltr.txt or Hugging Face's vocab.json. Default: the characters of the training transcripts.",
  ),
  blankPrior: z
    .number()
    .gt(0)
    .lt(1)
    .nullable()
    .default(null)
    .describe(
      'Probability of the blank before anything is learnt, all others alike; null: that of the others, as published. ' +
        'A head that starts near what it comes to (0.7) learns letters hundreds of updates sooner.',
    ),
  finalDropout: z.number().min(0).lt(1).default(0).describe('Dropout before the output layer.'),
  mask: featureMaskSchema.prefault({}).describe('What is hidden of the local features in training.'),
  zeroInfinity: z
    .boolean()
    .default(false)
    .describe('Utterances too short for their transcript count as loss 0; otherwise they are an error.'),
});

export type CtcTaskOptions = z.output<typeof ctcSchema>;

/**
 * Speech recognition with connectionist temporal classification: linear layer on every frame, CTC loss. A batch's
 * annotations are transcripts.
 */
export const ctc: TaskKind<CtcTaskOptions> = {
  description: 'Speech recognition: linear layer on every frame, CTC loss against the transcript.',
  schema: ctcSchema,
  classes: ({ vocabulary }, data) => newVocabulary(vocabulary, data),
  create: (options, context) => new Ctc(options, context),
};

/** Logit of every class but the blank in frames of padding, so that decoding finds nothing there. */
const SILENT = -1e4;

class Ctc implements Task {
  readonly parameters: ParameterSpecs;
  readonly #vocabulary: Vocabulary;

  constructor(
    readonly options: CtcTaskOptions,
    readonly context: TaskContext,
  ) {
    this.#vocabulary = ctcVocabulary(options, context.classes);
    const { size } = this.#vocabulary;
    const bound = Math.sqrt(6 / (context.dim + size)); // Xavier
    this.parameters = {
      weight: { shape: [context.dim, size], init: { kind: 'uniform', low: -bound, high: bound } },
      bias: { shape: [size], init: { kind: 'values', values: this.#priors() } },
    };
  }

  /** Logits of the classes without any sound. */
  #priors(): Float32Array {
    const { size, blank } = this.#vocabulary;
    const { blankPrior: p } = this.options;
    const logits = new Float32Array(size);
    if (p !== null) logits[blank] = Math.log((p / (1 - p)) * (size - 1));
    return logits;
  }

  /**
   * Targets `labels` (B, L), `labelLengths` (B), `inputLengths` (B). The transcripts become the batch's labels.
   *
   * @throws SampleError for a transcript that is missing, empty, too long for its frames or has unknown characters
   */
  targets(batch: HostBatch, stream?: RandomStream): { batch: HostBatch; targets: HostTensors } {
    const frames = (row: number): number => batch.lengths?.[row] ?? batch.tokens;
    const transcripts = transcriptsOf(batch);
    const classes = transcripts.map((transcript, row) => this.#encode(transcript, nameOf(batch, row), frames(row)));
    const { size } = batch;
    const longest = Math.max(...classes.map(({ length }) => length));
    const labels = new Int32Array(size * longest);
    classes.forEach((row, i) => labels.set(row, i * longest));
    return {
      batch: {
        ...(stream ? maskFeatures(batch, this.context.dim, this.options.mask, stream) : batch),
        labels: transcripts,
      },
      targets: {
        labels: { data: labels, shape: [size, longest] },
        labelLengths: { data: Int32Array.from(classes, ({ length }) => length), shape: [size] },
        inputLengths: { data: Int32Array.from(classes, (_, row) => frames(row)), shape: [size] },
      },
    };
  }

  forward(p: Scope, { tokens, real }: Features, context: Context): Tensor {
    const x = dropout(tokens, this.options.finalDropout, context, 'final');
    const logits = linear(x, p.get('weight'), p.get('bias'));
    if (!real) return logits;
    const { size, blank } = this.#vocabulary;
    const silence = tensor1d(Array.from({ length: size }, (_, v) => (v === blank ? 0 : SILENT)));
    const kept = reshape(real, [...real.shape, 1]);
    return add(mul(logits, kept), mul(silence, sub(1, kept)));
  }

  /** Sum over the utterances, as fairseq's `sentence_avg` divides it by their number. */
  loss(logits: Tensor, { labels, labelLengths, inputLengths }: NamedTensorMap): Scalar {
    const targets = {
      labels: labels as Tensor2D,
      labelLengths: labelLengths as Tensor1D,
      inputLengths: inputLengths as Tensor1D,
    };
    const { blank } = this.#vocabulary;
    const { zeroInfinity } = this.options;
    return ctcLoss(logits as Tensor3D, targets, { blank, zeroInfinity, reduction: 'sum' }) as Scalar;
  }

  evaluation(): Evaluation {
    const layers = (this.context.encoder as { extractor: { layers: readonly ConvLayer[] } } | undefined)?.extractor
      .layers;
    return new Transcription(this.#vocabulary, layers && frameStride(layers) / sampleRate);
  }

  #encode(transcript: string, name: string, frames: number): Int32Array {
    const classes = this.#vocabulary.encode(transcript, name);
    const needed = framesFor(classes);
    if (needed <= frames || this.options.zeroInfinity) return classes;
    throw new SampleError(name, `the transcript needs ${needed} frames at least, the utterance has ${frames}`, {
      hint: 'check that transcript and recording belong together, or set task.zeroInfinity: true to pass over it',
    });
  }
}

const nameOf = ({ names }: HostBatch, row: number): string => names?.[row] ?? `utterance ${row} of this batch`;

function transcriptsOf(batch: HostBatch): string[] {
  return Array.from({ length: batch.size }, (_, row) => {
    const transcript = batch.annotations?.[row];
    if (transcript !== undefined) return transcript;
    throw new SampleError(nameOf(batch, row), 'has no transcript', {
      hint: 'use a reader that knows transcripts, or leave the utterance out',
    });
  });
}
