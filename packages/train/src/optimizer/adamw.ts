import {
  add,
  div,
  mul,
  scalar,
  sqrt,
  square,
  sub,
  tidy,
  zerosLike,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { ShapeError, type Weights } from '@d2v/core';
import type { ParameterGroup, ParameterGroups } from './groups.js';

/** Running means of the gradient (`m`) and of its square (`v`), by parameter name. */
export interface AdamState {
  readonly m: Weights;
  readonly v: Weights;
}

/** What changes from update to update, as scalar tensors, so that a compiled step can feed it. */
export interface AdamHyper {
  readonly learningRate: Scalar;
  /** 1 − β1^t, t = this update, counted from 1. */
  readonly correction1: Scalar;
  /** 1 − β2^t. */
  readonly correction2: Scalar;
  /** The corrections of parameters whose group is `late`, t counted from the first update that trained them. */
  readonly late?: Pick<AdamHyper, 'correction1' | 'correction2'>;
}

/** What stays the same for a whole training. */
export interface AdamOptions {
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weightDecay: number;
  /** Learning-rate scale and decay of each parameter; absent: everything decays, every scale is 1. */
  readonly groups?: ParameterGroups;
}

/** Adam's bias corrections 1 − β^t of update `t`, counted from 1. */
export function biasCorrections(betas: readonly [number, number], t: number): [number, number] {
  return [1 - betas[0] ** t, 1 - betas[1] ** t];
}

/** The state before the first update: zeros. The caller disposes it. */
export function adamState(params: Weights): AdamState {
  const zeros = (): Weights =>
    Object.fromEntries(Object.entries(params).map(([name, value]) => [name, zerosLike(value)]));
  return { m: zeros(), v: zeros() };
}

/**
 * One update of AdamW with PyTorch's semantics (decoupled weight decay, ε outside the root), for learning rate η,
 * group scale s, weight decay λ and bias corrections c1 and c2:
 *
 *     m ← β1·m + (1 − β1)·g        v ← β2·v + (1 − β2)·g²
 *     w ← w·(1 − η·s·λ) − (η·s/c1) · m / (√v/√c2 + ε)
 *
 * Parameters that were frozen at first (`late`) are corrected by the number of updates that trained them, as PyTorch does,
 * which counts the steps of each parameter. With the common count the first updates of thawed parameters would be too
 * large, up to 6 times with β2 = 0.999: their moments are young, the correction is not.
 *
 * A pure function: it reads nothing back to JavaScript and disposes nothing. All maps have the same names; every result
 * is a new tensor that the caller disposes.
 *
 * @throws ShapeError when a parameter has no gradient or no state
 */
export function adamw(
  params: Weights,
  grads: Weights,
  state: AdamState,
  hyper: AdamHyper,
  options: AdamOptions,
): { params: Weights; state: AdamState } {
  const [w, m, v]: Record<string, Tensor>[] = [{}, {}, {}];
  tidy(() => {
    const shared = new SharedFactors(hyper, options);
    const [beta1, beta2] = options.betas;
    const [keep1, take1, keep2, take2] = [beta1, 1 - beta1, beta2, 1 - beta2].map((value) => scalar(value)) as Scalars4;
    const eps = scalar(options.eps);
    for (const [name, value] of Object.entries(params)) {
      const grad = named(grads, name, 'gradient');
      const group = options.groups?.[name] ?? PLAIN;
      const mean = add(mul(named(state.m, name, 'first moment'), keep1), mul(grad, take1));
      const meanSquare = add(mul(named(state.v, name, 'second moment'), keep2), mul(square(grad), take2));
      const denominator = add(div(sqrt(meanSquare), shared.rootCorrection(group)), eps);
      const step = mul(div(mean, denominator), shared.stepSize(group));
      const shrink = shared.shrink(group);
      w![name] = sub(shrink ? mul(value, shrink) : value, step);
      m![name] = mean;
      v![name] = meanSquare;
    }
    return [w, m, v] as Record<string, Tensor>[];
  });
  return { params: w!, state: { m: m!, v: v! } };
}

type Scalars4 = [Scalar, Scalar, Scalar, Scalar];

const PLAIN: ParameterGroup = { scale: 1, decay: true };

/** Scalars that depend on a parameter's group alone, made once for each distinct group. */
class SharedFactors {
  readonly #rates = new Map<number, Tensor>();
  readonly #steps = new Map<string, Tensor>();
  readonly #roots = new Map<boolean, Tensor>();
  readonly #shrinks = new Map<number, Tensor>();

  constructor(
    private readonly hyper: AdamHyper,
    private readonly options: AdamOptions,
  ) {}

  /** η·s/c1. */
  stepSize({ scale, late = false }: ParameterGroup): Tensor {
    return cached(this.#steps, `${scale} ${late}`, () => div(this.rate(scale), this.corrections(late).correction1));
  }

  /** √c2. */
  rootCorrection({ late = false }: ParameterGroup): Tensor {
    return cached(this.#roots, late, () => sqrt(this.corrections(late).correction2));
  }

  /** 1 − η·s·λ, or nothing where there is no decay. */
  shrink({ scale, decay }: ParameterGroup): Tensor | undefined {
    const { weightDecay } = this.options;
    if (!decay || weightDecay === 0) return undefined;
    return cached(this.#shrinks, scale, () => sub(1, mul(this.rate(scale), weightDecay)));
  }

  private corrections(late: boolean): Pick<AdamHyper, 'correction1' | 'correction2'> {
    if (!late) return this.hyper;
    if (this.hyper.late) return this.hyper.late;
    throw new ShapeError('adamw: a parameter started late, but there are no corrections for that');
  }

  private rate(scale: number): Tensor {
    return cached(this.#rates, scale, () => mul(this.hyper.learningRate, scale));
  }
}

function cached<Key>(cache: Map<Key, Tensor>, key: Key, make: () => Tensor): Tensor {
  const known = cache.get(key);
  if (known) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

function named(weights: Weights, name: string, what: string): Tensor {
  const value = weights[name];
  if (!value) throw new ShapeError(`adamw: parameter '${name}' has no ${what}`);
  return value;
}
