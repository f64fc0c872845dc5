import { ConfigError, disposeBatch, Scope, uploadBatch, type TrainedModel } from '@d2v/core';
import { tidy } from '@tensorflow/tfjs-core';
import type { TextSample } from '../../sample.js';

/** What a prediction needs of a fine-tuned model. */
export type PredictingModel = Pick<TrainedModel, 'path' | 'network' | 'weights' | 'task' | 'classes'>;

/** Outputs of a head for one batch. */
export interface Logits {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/**
 * What a fine-tuned model's head says about texts: nothing masked, nothing dropped. Leaves no tensor behind.
 *
 * @throws ConfigError when the model was not fine-tuned with the task
 */
export async function headLogits(
  { path, network, weights, task }: PredictingModel,
  wanted: string,
  samples: readonly TextSample[],
): Promise<Logits> {
  if (task?.name !== wanted) {
    const is = task ? `was fine-tuned with the task ${task.name}` : 'is a pre-trained run, without a head';
    throw new ConfigError(`${path} ${is}, but ${wanted} is needed`, {
      key: 'model',
      hint: `fine-tune it with \`task: { name: ${wanted} }\` first`,
    });
  }
  const batch = uploadBatch({ batch: network.encoder.collate(samples), drawn: {} });
  const logits = tidy(() => {
    const features = network.features(weights, batch.inputs, batch.real);
    return task.head.forward(new Scope(weights, 'head'), features, {});
  });
  try {
    return { values: (await logits.data()) as Float32Array, shape: logits.shape };
  } finally {
    logits.dispose();
    disposeBatch(batch);
  }
}

/** Probabilities of a row of logits. */
export function softmaxOf(logits: Float32Array): Float32Array {
  const highest = logits.reduce((most, value) => Math.max(most, value), -Infinity);
  const raised = logits.map((value) => Math.exp(value - highest));
  const sum = raised.reduce((total, value) => total + value, 0);
  return raised.map((value) => value / sum);
}
