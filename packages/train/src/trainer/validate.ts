import { disposeBatch, RandomStream, Supervised, uploadBatch, type Encoder, type Objective } from '@d2v/core';
import { keep, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { SampleSource } from '../data/source.js';
import type { ModelState } from '../step/state.js';

export interface ValidationOptions {
  readonly encoder: Encoder;
  readonly objective: Objective;
  readonly source: SampleSource;
  readonly state: Pick<ModelState, 'student' | 'teacher'>;
  /** Sample indices of each batch, all samples once. */
  readonly batches: readonly (readonly number[])[];
  readonly seed: number;
}

/**
 * Loss per counted token on a validation set, with the same masks every time, and the task's metrics in fine-tuning.
 * All samples count.
 */
export async function validate(options: ValidationOptions): Promise<Record<string, number>> {
  const { encoder, objective, source, state, batches, seed } = options;
  const evaluation = objective instanceof Supervised ? objective.task.evaluation() : undefined;
  const sums: Record<string, number> = {};
  let counted = 0;
  for (const indices of batches) {
    const samples = await Promise.all(indices.map((index) => source.load({ index, key: [seed, 'validation', index] })));
    const host = encoder.collate(samples);
    const streams = {
      sample: (i: number) => new RandomStream([seed, 'validation mask', indices[i]!]),
      batch: new RandomStream([seed, 'validation batch', indices[0]!]),
    };
    const prepared = objective instanceof Supervised ? objective.prepare(host) : objective.prepare(host, streams);
    const batch = uploadBatch(prepared);
    let logits: Tensor | undefined;
    const losses = tidy(() => {
      const observe = (name: string, value: Tensor): void => {
        if (name === 'logits') logits = keep(value.clone());
      };
      const { terms, sampleSize, metrics } = objective.loss(state.student, state.teacher, batch, {
        monitor: true,
        observe,
      });
      return { ...prefixed('loss_', terms), ...prefixed('metric ', metrics), sampleSize };
    });
    const size = losses.sampleSize!.dataSync()[0]!;
    counted += size;
    for (const [name, value] of Object.entries(losses)) {
      const weight = name.startsWith('metric ') ? size : 1;
      if (name !== 'sampleSize') sums[name] = (sums[name] ?? 0) + value.dataSync()[0]! * weight;
      value.dispose();
    }
    if (logits) evaluation?.add((await logits.data()) as Float32Array, logits.shape, prepared.batch.labels ?? []);
    logits?.dispose();
    disposeBatch(batch);
  }
  const means = Object.entries(sums).map(([name, sum]): [string, number] => [name, sum / counted]);
  const loss = means.reduce((total, [name, mean]) => total + (name.startsWith('loss_') ? mean : 0), 0);
  return {
    loss,
    ...Object.fromEntries(means.map(([name, mean]) => [name.replace('metric ', ''), mean])),
    ...evaluation?.result(),
  };
}

const prefixed = <T>(prefix: string, values: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
