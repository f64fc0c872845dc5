import type { Scalar, Tensor3D } from '@tensorflow/tfjs-core';
import type { Network } from '../encoder/network.js';
import { wholeSequence } from '../encoder/sequence.js';
import { withoutGradient } from '../ops/index.js';
import type { TeacherConfig } from '../teacher/teacher.js';
import type { Weights } from '../weights/parameter.js';
import { Scope } from '../weights/scope.js';
import type { Batch, ObjectiveContext } from './objective.js';
import { spread } from './spread.js';
import { makeTargets, type TargetsConfig } from './targets.js';

const LOCAL = 'encoder.local';

/** Whether the teacher's local encoder is the student's. */
export function sharesLocalEncoder({ share }: TeacherConfig): boolean {
  return share.some((prefix) => LOCAL === prefix || LOCAL.startsWith(`${prefix}.`));
}

/**
 * One teacher pass over the whole input, without gradient, dropout or masks.
 *
 * @param teacher complete weights: averaged ones and those shared with the student
 * @param local the student's local features where the teacher shares them, else computed from the batch
 * @returns targets (B, T, D)
 */
export function teacherTargets(
  network: Network,
  teacher: Weights,
  batch: Batch,
  config: TargetsConfig,
  context: ObjectiveContext,
  local?: Tensor3D,
): Tensor3D {
  const targets = withoutGradient(() => {
    const features = local ?? network.localFeatures(teacher, batch.inputs, {});
    const sequence = wholeSequence(network.encoder, new Scope(teacher, 'encoder'), features, batch.real);
    const { blocks } = network.forward(teacher, sequence, {});
    const select = (x: Tensor3D): Tensor3D => network.withoutExtra(x);
    blocks.forEach((block, i) =>
      context.observe?.(`teacher_layer_${i}`, select(config.tensor === 'block' ? block.x : block.feedForward)),
    );
    return makeTargets(blocks, config, select);
  });
  context.observe?.('targets', targets);
  return targets;
}

/** The monitor's metrics: how much targets, predictions and local features vary. */
export function variances(
  tensors: { targets: Tensor3D; prediction: Tensor3D; local: Tensor3D },
  weights: { targets: Tensor3D; prediction: Tensor3D },
): Record<string, Scalar> {
  return {
    target_var: withoutGradient(() => spread(tensors.targets, weights.targets)),
    pred_var: withoutGradient(() => spread(tensors.prediction, weights.prediction)),
    local_var: withoutGradient(() => spread(tensors.local)),
  };
}
