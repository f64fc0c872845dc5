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
import {
  adamw,
  bundleGroups,
  bundleParameters,
  clipGradients,
  pack,
  unpack,
  type AdamHyper,
  type AdamOptions,
} from '../optimizer/index.js';
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
  /** Parameters that this step trains; no gradient of others is computed. Default: all that are trainable. */
  readonly trained?: readonly string[];
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
  const names = options.trained ?? trainableNames(specs);
  const sums = new RunningSums();
  parts.forEach((part, i) => sums.add(lossAndGradients(objective, state, names, part, context(i))));

  const bundles = bundleParameters(sums.gradients, options.adam.groups);
  const bundled = (weights: Weights): Record<string, Tensor> => pack(weights, bundles);
  const { gradients, metrics } = sums.perToken(bundled);
  const clipped = clipGradients(gradients, options.clipNorm);
  const before = { params: bundled(state.student), m: bundled(state.moments.m), v: bundled(state.moments.v) };
  const groups = options.adam.groups && bundleGroups(bundles, options.adam.groups);
  const after = adamw(before.params, clipped.grads, before, hyper, { ...options.adam, groups });

  const updated = (old: Weights, by: Weights): Weights => carryOver(old, unpack(by, bundles, state.student));
  const student = updated(state.student, after.params);
  const moments = { m: updated(state.moments.m, after.state.m), v: updated(state.moments.v, after.state.v) };
  const { params, state: stepped } = after;
  [gradients, clipped.grads, ...Object.values(before), params, stepped.m, stepped.v].forEach(disposeWeights);

  return {
    state: { student, teacher: average(state.teacher, student, hyper.decay, specs), moments },
    metrics: { ...metrics, grad_norm: clipped.norm },
  };
}

/** The teacher's average, the small parameters that it averages as one vector. */
function average(teacher: Weights, student: Weights, decay: Scalar, specs: ParameterSpecs): Weights {
  const fixed = Object.keys(teacher).filter((name) => specs[name]?.trainable === false);
  const averaged = Object.fromEntries(Object.entries(teacher).filter(([name]) => !fixed.includes(name)));
  const bundles = { ...bundleParameters(averaged), ...Object.fromEntries(fixed.map((name) => [name, [name]])) };
  const [before, now] = [pack(teacher, bundles), pack(student, bundles)];
  const after = averageTeacher(before, now, decay, specs);
  const unpacked = unpack(after, bundles, teacher);
  for (const weights of [before, now, after]) disposeWeights(weights);
  return Object.fromEntries(Object.keys(teacher).map((name) => [name, unpacked[name]!]));
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

  get gradients(): Weights {
    return this.#gradients;
  }

  /** Gradients, brought into another form by `bundled`, and metrics per counted token; ends the sums. */
  perToken(bundled: (gradients: Weights) => Record<string, Tensor>): {
    gradients: Weights;
    metrics: Record<string, Scalar>;
  } {
    const size = this.#sampleSize!;
    const perToken = (sum: Tensor): Tensor => tidy(() => div(sum, size));
    const packed = bundled(this.#gradients);
    const gradients = mapWeights(packed, perToken);
    const terms = mapWeights(this.#terms, perToken) as Record<string, Scalar>;
    const loss = tidy(() => Object.values(terms).reduce<Tensor>((sum, term) => add(sum, term), div(0, size))) as Scalar;
    for (const sums of [this.#gradients, packed, this.#terms, { size }]) disposeWeights(sums);
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

/** `updated` where there is one, else another reference to the old tensor. */
const carryOver = (old: Weights, updated: Weights): Weights =>
  Object.fromEntries(Object.entries(old).map(([name, tensor]) => [name, updated[name] ?? tensor.clone()]));
