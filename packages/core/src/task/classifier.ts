import type { NamedTensorMap, Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Context } from '../encoder/context.js';
import type { HostBatch, HostTensor, HostTensors } from '../encoder/host.js';
import type { Evaluation, Features, Task } from '../encoder/task.js';
import { softmaxCrossEntropy } from '../ops/index.js';
import type { ParameterSpecs } from '../weights/parameter.js';
import type { Scope } from '../weights/scope.js';
import { Accuracy } from './accuracy.js';
import { classLabels, requireClasses } from './class-labels.js';
import { softLabels } from './soft-labels.js';

/**
 * What all tasks have in common that give every sample one class: a distribution over the classes as its target, cross
 * entropy, accuracy. A subclass adds the parameters and `forward` to logits (B, classes).
 */
export abstract class Classifier implements Task {
  abstract readonly parameters: ParameterSpecs;

  /**
   * @param classes their names
   * @param hint what to do when there are too few
   * @throws ConfigError for fewer than two classes
   */
  constructor(
    protected readonly classes: readonly string[],
    hint: string,
  ) {
    requireClasses(classes, hint);
  }

  abstract forward(p: Scope, features: Features, context: Context): Tensor;

  targets(batch: HostBatch): { batch: HostBatch; targets: HostTensors } {
    return { batch, targets: { labels: this.distributions(batch, 0) } };
  }

  loss(logits: Tensor, { labels }: NamedTensorMap): Scalar {
    return softmaxCrossEntropy(logits, labels!);
  }

  evaluation(): Evaluation {
    return new Accuracy();
  }

  /**
   * (B, classes): the labels with `smoothing` of each spread over all classes.
   *
   * @throws SampleError when a row has no label, or one that is no class
   */
  protected distributions(batch: HostBatch, smoothing: number): HostTensor {
    const { length } = this.classes;
    return { data: softLabels(classLabels(batch, this.classes), length, smoothing), shape: [batch.size, length] };
  }
}
