import { ConfigError } from '@d2v/core';
import type { TextSample } from '../../sample.js';
import { headLogits, softmaxOf, type PredictingModel } from './logits.js';

/** The class of a text. */
export interface TextClass {
  readonly label: string;
  /** In [0, 1]. */
  readonly probability: number;
  /** Of every class, in the order of the model's classes. */
  readonly probabilities: Float32Array;
}

/**
 * The classes of one batch of texts.
 *
 * @throws ConfigError when the model was not fine-tuned for classification
 */
export async function classifyTexts(model: PredictingModel, samples: readonly TextSample[]): Promise<TextClass[]> {
  const { values, shape } = await headLogits(model, 'classification', samples);
  const classes = shape[1]!;
  const names = model.classes;
  if (names?.length !== classes) {
    throw new ConfigError(`${model.path}: ${names?.length ?? 'no'} class names for ${classes} classes`, {
      hint: "is classes.json the run's own?",
    });
  }
  return samples.map((_, row) => {
    const probabilities = softmaxOf(values.subarray(row * classes, (row + 1) * classes));
    const best = probabilities.indexOf(probabilities.reduce((most, value) => Math.max(most, value)));
    return { label: names[best]!, probability: probabilities[best]!, probabilities };
  });
}
