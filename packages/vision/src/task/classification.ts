import {
  classLabels,
  Classifier,
  layerNorm,
  linear,
  type Features,
  type HostBatch,
  type HostTensors,
  type ParameterSpecs,
  type RandomStream,
  type Scope,
  type TaskKind,
} from '@d2v/core';
import { mean, type Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { mixImages, mixSchema } from '../mix/index.js';

/** Options of image classification (reference: data2vec1.md §3.6, data2vec2.md §8.1). */
export const classificationSchema = z.strictObject({
  normEpsilon: z.number().positive().default(1e-6).describe("ε of the head's layer norm."),
  initialScale: z
    .number()
    .min(0)
    .default(1)
    .describe('Factor of the initial output weights; data2vec 1 fine-tunes with 0.001.'),
  mix: mixSchema.prefault({}).describe('Mixup, cutmix and label smoothing in training.'),
});

export type ClassificationOptions = z.output<typeof classificationSchema>;

/** Image classification: the mean over the patches → layer norm → linear. */
export const classification: TaskKind<ClassificationOptions> = {
  description: 'Image classification: mean over the patches, layer norm, linear layer.',
  schema: classificationSchema,
  create: (options, context) => new Classification(options, context),
};

class Classification extends Classifier {
  readonly parameters: ParameterSpecs;

  constructor(
    readonly options: ClassificationOptions,
    { dim, classes }: { dim: number; classes: readonly string[] },
  ) {
    super(classes, 'use a folder with one subfolder per class, or a reader with labels');
    const init = { kind: 'truncatedNormal', std: 0.02 * options.initialScale } as const;
    this.parameters = {
      'norm.weight': { shape: [dim], init: { kind: 'ones' } },
      'norm.bias': { shape: [dim], init: { kind: 'zeros' } },
      weight: { shape: [dim, classes.length], init },
      bias: { shape: [classes.length], init: { kind: 'zeros' } },
    };
  }

  override targets(batch: HostBatch, stream?: RandomStream): { batch: HostBatch; targets: HostTensors } {
    if (!stream) return super.targets(batch);
    const labels = classLabels(batch, this.classes);
    const { length } = this.classes;
    const { images, targets } = mixImages(batch.inputs.images!, labels, length, this.options.mix, stream);
    return { batch: { ...batch, inputs: { ...batch.inputs, images } }, targets: { labels: targets } };
  }

  forward(p: Scope, { tokens }: Features): Tensor {
    const normal = layerNorm(mean(tokens, 1), this.options.normEpsilon, p.get('norm.weight'), p.get('norm.bias'));
    return linear(normal, p.get('weight'), p.get('bias'));
  }
}
