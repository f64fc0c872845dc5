import { add2, clear, log, scale, share, zeros, type Extended } from './extended.js';

/** Cells of 0 in front of a row of α and behind the row of β, for states that do not exist. */
const MARGIN = 2;
/** The first of them in α, which nothing reads after the forward pass: P. */
const TOTAL = 0;

/**
 * The forward–backward algorithm of connectionist temporal classification (Graves et al. 2006, §4.1), for one utterance
 * after another; its buffers grow to the largest one.
 *
 * States s in [0, S), S = 2L + 1, are the L labels with a blank before, between and behind them. α_t(s) is the
 * probability of all paths through frames 0 … t that end in s, β_t(s) that of all ways on from there, so that
 * Σ_s α_t(s)·β_t(s) is the same P for every t.
 */
export class ForwardBackward {
  /** (T, MARGIN + S) */
  #alpha = zeros(0);
  /** (S + MARGIN) of one frame. */
  #beta = zeros(0);
  /** Class of each state. */
  #classOf = new Int32Array(0);
  /** How many states before it a state is reached from: 2 for a label unlike the one before it, else 1. */
  #reach = new Uint8Array(0);
  #frames = 0;
  #states = 0;

  /**
   * @param emissions probability of each class in each frame, (T, V)
   * @param frames T
   * @param classes V
   * @param labels (L) classes, none of them `blank`
   * @returns ln P(labels | emissions); −∞ where there are too few frames for the labels
   */
  forward(emissions: Extended, frames: number, classes: number, labels: Int32Array, blank: number): number {
    this.#prepare(frames, labels, blank);
    if (frames === 0) return labels.length === 0 ? 0 : -Infinity;
    const alpha = this.#alpha;
    const states = this.#states;
    const stride = MARGIN + states;
    const classOf = this.#classOf;
    const reach = this.#reach;
    for (let s = 0; s < Math.min(2, states); s++) {
      alpha.mantissa[MARGIN + s] = 1;
      alpha.exponent[MARGIN + s] = 0;
      scale(alpha, MARGIN + s, emissions, classOf[s]!);
    }
    for (let t = 1; t < frames; t++) {
      const last = this.#last(t);
      for (let s = this.#first(t); s <= last; s++) {
        const at = t * stride + MARGIN + s;
        const before = at - stride;
        add2(alpha, before, before - 1, at);
        if (reach[s] === 2) add2(alpha, at, before - 2, at);
        scale(alpha, at, emissions, t * classes + classOf[s]!);
      }
    }
    const end = frames * stride - 1;
    add2(alpha, end, end - 1, TOTAL);
    return log(alpha, TOTAL);
  }

  /**
   * How likely each class is in each frame, given that the path spells the labels. After `forward` with the same
   * arguments, where its result was finite.
   *
   * @param visit takes the probabilities (V) of frame t, the last frame first; the array is used again
   */
  backward(emissions: Extended, classes: number, visit: (t: number, occupancy: Float64Array) => void): void {
    const alpha = this.#alpha;
    const beta = this.#beta;
    const states = this.#states;
    const classOf = this.#classOf;
    const reach = this.#reach;
    const occupancy = new Float64Array(classes);
    clear(beta, 0, states + MARGIN);
    for (let s = Math.max(0, states - 2); s < states; s++) {
      beta.mantissa[s] = 1;
      beta.exponent[s] = 0;
    }
    for (let t = this.#frames - 1; t >= 0; t--) {
      const last = this.#last(t);
      const row = t * (MARGIN + states) + MARGIN;
      occupancy.fill(0);
      for (let s = this.#first(t); s <= last; s++) {
        // beta holds β_{t+1}·p_{t+1} from s on, β_t·p_t before s
        if (t < this.#frames - 1) {
          add2(beta, s, s + 1, s);
          if (reach[s + 2] === 2) add2(beta, s, s + 2, s);
        }
        occupancy[classOf[s]!]! += share(alpha, row + s, beta, s, alpha, TOTAL);
        scale(beta, s, emissions, t * classes + classOf[s]!);
      }
      visit(t, occupancy);
    }
  }

  #prepare(frames: number, labels: Int32Array, blank: number): void {
    const states = 2 * labels.length + 1;
    const size = frames * (MARGIN + states);
    this.#frames = frames;
    this.#states = states;
    if (this.#alpha.mantissa.length < size) this.#alpha = zeros(size);
    else clear(this.#alpha, 0, size);
    if (this.#classOf.length < states + MARGIN) {
      this.#beta = zeros(states + MARGIN);
      this.#classOf = new Int32Array(states + MARGIN);
      this.#reach = new Uint8Array(states + MARGIN);
    }
    for (let s = 0; s < states + MARGIN; s++) {
      const label = s % 2 === 1 && s < states;
      this.#classOf[s] = label ? labels[(s - 1) / 2]! : blank;
      this.#reach[s] = label && s > 1 && labels[(s - 1) / 2] !== labels[(s - 3) / 2] ? 2 : 1;
    }
  }

  /** The first state from which the end is still reached after frame `t`. */
  #first(t: number): number {
    return Math.max(0, this.#states - 2 * (this.#frames - t));
  }

  /** The last state that is reached by frame `t`. */
  #last(t: number): number {
    return Math.min(this.#states - 1, 2 * t + 1);
  }
}

/** Frames that labels need at least: one each, and a blank between two equal ones. */
export function framesFor(labels: ArrayLike<number>): number {
  let frames = labels.length;
  for (let i = 1; i < labels.length; i++) if (labels[i] === labels[i - 1]) frames++;
  return frames;
}
