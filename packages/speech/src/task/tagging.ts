import {
  linear,
  linearSoftmax,
  MeanAveragePrecision,
  multiHot,
  requireClasses,
  sigmoidCrossEntropy,
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
import type { NamedTensorMap, Scalar, Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { encoderSchema } from '../encoder/config.js';
import { featureMaskSchema, maskFeatures } from '../mask/index.js';
import { mixupSchema, mixWaveforms } from './mixup.js';

/** Options of audio tagging (reference: data2vec1.md §4.7). */
export const taggingSchema = z.strictObject({
  mixup: mixupSchema.prefault({}).describe('Mixing of recordings and their labels in training.'),
  mask: featureMaskSchema.prefault({}).describe('Frames and channels that are hidden in training.'),
});

export type TaggingOptions = z.output<typeof taggingSchema>;

/** Audio tagging, any number of classes for each recording: linear layer on every frame → linear softmax pooling. */
export const tagging: TaskKind<TaggingOptions> = {
  description: 'Audio tagging, any number of classes a recording: linear layer on every frame, linear softmax pooling.',
  schema: taggingSchema,
  create: (options, context) => new Tagging(options, context),
};

class Tagging implements Task {
  readonly parameters: ParameterSpecs;

  constructor(
    readonly options: TaggingOptions,
    readonly context: TaskContext,
  ) {
    const { dim, classes } = context;
    requireClasses(classes, 'name the column of the lists of labels in `labels` of the reader');
    const bound = 1 / Math.sqrt(dim); // PyTorch's default
    const init = { kind: 'uniform', low: -bound, high: bound } as const;
    this.parameters = { weight: { shape: [dim, classes.length], init }, bias: { shape: [classes.length], init } };
  }

  /**
   * Target `labels` (B, classes).
   *
   * @throws SampleError for a recording without a list of labels, or with one that is no class
   */
  targets(batch: HostBatch, stream?: RandomStream): { batch: HostBatch; targets: HostTensors } {
    const labels = multiHot(batch, this.context.classes.length);
    if (!stream) return { batch, targets: { labels } };
    const { mixup, mask } = this.options;
    const { layers } = encoderSchema.parse(this.context.encoder).extractor;
    const mixed = mixWaveforms(batch, labels, layers, mixup, stream.fork('mixup'));
    return { batch: maskFeatures(mixed.batch, this.context.dim, mask, stream), targets: { labels: mixed.labels } };
  }

  /** (B, classes): the logit of each class's probability. */
  forward(p: Scope, { tokens, real }: Features): Tensor {
    return linearSoftmax(linear(tokens, p.get('weight'), p.get('bias')), real);
  }

  /**
   * Binary cross entropy, summed over the classes. The reference divides it by the number of labels instead of the number
   * of recordings, a factor that Adam takes out again.
   */
  loss(logits: Tensor, { labels }: NamedTensorMap): Scalar {
    return sigmoidCrossEntropy(logits, labels!);
  }

  evaluation(): Evaluation {
    return new MeanAveragePrecision();
  }
}
