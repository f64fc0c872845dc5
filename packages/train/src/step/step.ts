import {
  averageTeacher,
  trainableNames,
  valueAndGradients,
  type Batch,
  type Losses,
  type Objective,
  type ObjectiveContext,
  type ParameterSpecs,
  type Weights,
} from '@d2v/core';
import { add, div, keep, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { adamw, clipGradients, type AdamHyper, type AdamOptions } from '../optimizer/index.js';
import { disposeWeights, type ModelState } from './state.js';

/** What changes from update to update, as tensors. */
export interface StepHyper extends AdamHyper {
  /** Decay τ of the teacher. */
  readonly decay: Scalar;
}

/** What stays the same for a whole training. */
export interface StepOptions {
  readonly objective: Objective;
  readonly specs: ParameterSpecs;
  readonly adam: AdamOptions;
  /** Largest global gradient norm; 0 = no clipping. */
  readonly clipNorm: number;
}

/** Scalars of one step: `loss` and its terms per counted token, `grad_norm` before clipping, the monitor's metrics. */
export type StepMetrics = Readonly<Record<string, Scalar>>;

/**
 * One training step, a pure function of tensors: gradients summed over the batch's parts, divided by the tokens they
 * count, clipped; AdamW; the teacher's average. Disposes nothing of what it is given; the caller owns the result.
 */
export function trainingStep(
  state: ModelState,
  parts: readonly Batch[],
  hyper: StepHyper,
  context: (part: number) => ObjectiveContext,
  options: StepOptions,
): { state: ModelState; metrics: StepMetrics } {
  const { objective, specs } = options;
  const names = trainableNames(specs);
  const sums = new RunningSums();
  parts.forEach((part, i) => sums.add(lossAndGradients(objective, state, names, part, context(i))));

  const { gradients, metrics } = sums.perToken();
  const clipped = clipGradients(gradients, options.clipNorm);
  disposeWeights(gradients);
  const learning = pick(state.student, Object.keys(clipped.grads));
  const moments = { m: pick(state.moments.m, Object.keys(learning)), v: pick(state.moments.v, Object.keys(learning)) };
  const updated = adamw(learning, clipped.grads, moments, hyper, options.adam);
  disposeWeights(clipped.grads);

  const student = carryOver(state.student, updated.params);
  return {
    state: {
      student,
      teacher: averageTeacher(state.teacher, student, hyper.decay, specs),
      moments: { m: carryOver(state.moments.m, updated.state.m), v: carryOver(state.moments.v, updated.state.v) },
    },
    metrics: { ...metrics, grad_norm: clipped.norm },
  };
}

interface PartResult {
  readonly losses: Losses;
  readonly gradients: Weights;
}

function lossAndGradients(
  objective: Objective,
  state: ModelState,
  names: readonly string[],
  batch: Batch,
  context: ObjectiveContext,
): PartResult {
  let losses: Losses | undefined;
  const { value, gradients } = valueAndGradients(
    () => {
      losses = objective.loss(state.student, state.teacher, batch, context);
      for (const tensor of [...Object.values(losses.terms), ...Object.values(losses.metrics), losses.sampleSize])
        keep(tensor);
      return Object.values(losses.terms).reduce((sum, term) => add(sum, term));
    },
    names.map((name) => state.student[name]!),
  );
  if (!Object.values(losses!.terms).includes(value as Scalar)) value.dispose();
  return {
    losses: losses!,
    gradients: Object.fromEntries(names.flatMap((name, i) => (gradients[i] ? [[name, gradients[i]]] : []))),
  };
}

/** Sums gradients and losses over the parts of a batch and owns them. */
class RunningSums {
  #gradients: Record<string, Tensor> = {};
  #terms: Record<string, Tensor> = {};
  #sampleSize: Tensor | undefined;
  #metrics: Readonly<Record<string, Scalar>> = {};

  add({ losses, gradients }: PartResult): void {
    this.#gradients = accumulate(this.#gradients, gradients);
    this.#terms = accumulate(this.#terms, losses.terms);
    const { size } = accumulate(this.#sampleSize ? { size: this.#sampleSize } : {}, { size: losses.sampleSize });
    this.#sampleSize = size;
    disposeWeights(this.#metrics); // the monitor speaks for the last part
    this.#metrics = losses.metrics;
  }

  perToken(): { gradients: Weights; metrics: Record<string, Scalar> } {
    const size = this.#sampleSize!;
    const perToken = (sum: Tensor): Tensor => tidy(() => div(sum, size));
    const gradients = mapWeights(this.#gradients, perToken);
    const terms = mapWeights(this.#terms, perToken) as Record<string, Scalar>;
    const loss = tidy(() => Object.values(terms).reduce<Tensor>((sum, term) => add(sum, term), div(0, size))) as Scalar;
    for (const sums of [this.#gradients, this.#terms, { size }]) disposeWeights(sums);
    const named = Object.fromEntries(Object.entries(terms).map(([name, term]) => [`loss_${name}`, term]));
    return { gradients, metrics: { loss, ...named, ...this.#metrics } };
  }
}

/** a + b by name, taking both over. */
function accumulate(a: Record<string, Tensor>, b: Weights): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(b).map(([name, value]) => {
      const before = a[name];
      if (!before) return [name, value];
      const sum = add(before, value);
      before.dispose();
      value.dispose();
      return [name, sum];
    }),
  );
}

const mapWeights = (weights: Weights, f: (tensor: Tensor) => Tensor): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [name, f(tensor)]));

const pick = (weights: Weights, names: readonly string[]): Weights =>
  Object.fromEntries(names.map((name) => [name, weights[name]!]));

/** `updated` where there is one, else another reference to the old tensor. */
const carryOver = (old: Weights, updated: Weights): Weights =>
  Object.fromEntries(Object.entries(old).map(([name, tensor]) => [name, updated[name] ?? tensor.clone()]));
