import {
  disposeBatch,
  RandomStream,
  SampleError,
  Supervised,
  uploadBatch,
  type Encoder,
  type Evaluation,
  type Objective,
  type Prepared,
} from '@d2v/core';
import { keep, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { LogitCounter, type Confusion } from '../confusion/index.js';
import { prepareAlone } from '../data/prepare-alone.js';
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
  /** Number of classes of the task's labels: what is taken for what is counted then. */
  readonly classes?: number;
  /** Told of each bad sample, which is then left out; absent: a bad sample is an error. */
  readonly onBadSample?: (error: SampleError) => void;
}

/** What a validation yields. */
export interface Validation {
  /** The loss, its terms and the task's metrics. */
  readonly metrics: Record<string, number>;
  /** Where the task gives each sample one of the `classes`. */
  readonly confusion?: Confusion;
  /** The task's own, which has taken in all samples. */
  readonly evaluation?: Evaluation;
}

/**
 * Loss per counted token on a validation set, with the same masks every time, and the task's metrics in fine-tuning.
 * All samples count, except bad ones where these may be left out.
 *
 * @throws SampleError for a bad sample, or when every one is bad
 */
export async function validate(options: ValidationOptions): Promise<Validation> {
  const { objective, state, batches, classes = 0 } = options;
  const evaluation = objective instanceof Supervised ? objective.task.evaluation() : undefined;
  const counter = new LogitCounter(classes);
  const sums: Record<string, number> = {};
  let counted = 0;
  let bad: SampleError | undefined;
  for (const indices of batches) {
    const prepared = await goodBatch(options, indices, (error) => {
      bad = error;
    });
    if (!prepared) continue;
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
    if (logits) {
      const [values, { labels = [], names }] = [(await logits.data()) as Float32Array, prepared.batch];
      evaluation?.add(values, logits.shape, labels, names);
      counter.add(values, logits.shape, labels);
      logits.dispose();
    }
    disposeBatch(batch);
  }
  if (counted === 0 && bad) throw bad;
  const means = Object.entries(sums).map(([name, sum]): [string, number] => [name, sum / counted]);
  const loss = means.reduce((total, [name, mean]) => total + (name.startsWith('loss_') ? mean : 0), 0);
  const metrics = {
    loss,
    ...Object.fromEntries(means.map(([name, mean]) => [name.replace('metric ', ''), mean])),
    ...evaluation?.result(),
  };
  const { confusion } = counter;
  return { metrics, ...(confusion && { confusion }), ...(evaluation && { evaluation }) };
}

/** A batch of those samples that are good; nothing where none is. */
async function goodBatch(
  options: ValidationOptions,
  indices: readonly number[],
  seen: (error: SampleError) => void,
): Promise<Prepared | undefined> {
  const { source, seed, onBadSample } = options;
  const leaveOut = (error: unknown): undefined => {
    if (!onBadSample || !(error instanceof SampleError)) throw error;
    seen(error);
    onBadSample(error);
  };
  const loaded = await Promise.all(
    indices.map(async (index) => {
      try {
        return { index, sample: await source.load({ index, key: [seed, 'validation', index] }) };
      } catch (error) {
        return leaveOut(error);
      }
    }),
  );
  const samples = loaded.filter((one) => one !== undefined);
  try {
    return samples.length > 0 ? prepareBatch(options, samples) : undefined;
  } catch (error) {
    if (!onBadSample || !(error instanceof SampleError)) throw error;
    const good = samples.filter(({ sample }) => {
      try {
        prepareAlone(options, sample);
        return true;
      } catch (own) {
        leaveOut(own);
        return false;
      }
    });
    if (good.length === samples.length) throw error;
    return good.length > 0 ? prepareBatch(options, good) : undefined;
  }
}

function prepareBatch(
  { encoder, objective, seed }: ValidationOptions,
  samples: readonly { readonly index: number; readonly sample: unknown }[],
): Prepared {
  const host = encoder.collate(samples.map(({ sample }) => sample));
  if (objective instanceof Supervised) return objective.prepare(host);
  const streams = {
    sample: (i: number) => new RandomStream([seed, 'validation mask', samples[i]!.index]),
    batch: new RandomStream([seed, 'validation batch', samples[0]!.index]),
  };
  return objective.prepare(host, streams);
}

const prefixed = <T>(prefix: string, values: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
