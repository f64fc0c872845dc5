import {
  Classifier,
  dropout,
  layerNorm,
  linear,
  maskedMean,
  type Context,
  type Features,
  type HostBatch,
  type HostTensors,
  type ParameterSpecs,
  type RandomStream,
  type Scope,
  type TaskKind,
} from '@d2v/core';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { featureMaskSchema, maskFeatures } from '../mask/index.js';

/** Options of utterance classification. */
export const classificationSchema = z.strictObject({
  projection: z
    .number()
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe('Width of a linear layer on each frame before the mean; null: none. Hugging Face has 256.'),
  norm: z.boolean().default(true).describe('Layer norm on the mean. Hugging Face has none.'),
  normEpsilon: z.number().positive().default(1e-5).describe('ε of that layer norm.'),
  dropout: z.number().min(0).max(1).default(0).describe('Dropout on the mean, before the last layer.'),
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('Share of a label that goes to all classes, in training.'),
  mask: featureMaskSchema.prefault({}).describe('Frames and channels that are hidden in training.'),
});

export type ClassificationOptions = z.output<typeof classificationSchema>;

/** Utterance classification: (linear layer →) mean over the frames → layer norm → linear layer. */
export const classification: TaskKind<ClassificationOptions> = {
  description: 'Utterance classification: mean over the frames, layer norm, linear layer.',
  schema: classificationSchema,
  create: (options, context) => new Classification(options, context),
};

class Classification extends Classifier {
  readonly parameters: ParameterSpecs;
  readonly #dim: number;

  constructor(
    readonly options: ClassificationOptions,
    { dim, classes }: { dim: number; classes: readonly string[] },
  ) {
    super(classes, 'use a folder with one subfolder per class, or a reader with a label column');
    this.#dim = dim;
    const width = options.projection ?? dim;
    const layer = (name: string, inputs: number, outputs: number): ParameterSpecs => ({
      [`${name}weight`]: { shape: [inputs, outputs], init: { kind: 'truncatedNormal', std: 0.02 } },
      [`${name}bias`]: { shape: [outputs], init: { kind: 'zeros' } },
    });
    this.parameters = {
      ...(options.projection !== null && layer('projection.', dim, width)),
      ...(options.norm && {
        'norm.weight': { shape: [width], init: { kind: 'ones' } },
        'norm.bias': { shape: [width], init: { kind: 'zeros' } },
      }),
      ...layer('', width, classes.length),
    };
  }

  override targets(batch: HostBatch, stream?: RandomStream): { batch: HostBatch; targets: HostTensors } {
    if (!stream) return super.targets(batch);
    const { labelSmoothing, mask } = this.options;
    return {
      batch: maskFeatures(batch, this.#dim, mask, stream),
      targets: { labels: this.distributions(batch, labelSmoothing) },
    };
  }

  forward(p: Scope, { tokens, real }: Features, context: Context): Tensor {
    const { projection, norm, normEpsilon, dropout: rate } = this.options;
    const frames: Tensor3D =
      projection === null ? tokens : linear(tokens, p.get('projection.weight'), p.get('projection.bias'));
    const pooled = maskedMean(frames, real);
    const normal = norm ? layerNorm(pooled, normEpsilon, p.get('norm.weight'), p.get('norm.bias')) : pooled;
    return linear(dropout(normal, rate, context, 'head'), p.get('weight'), p.get('bias'));
  }
}
