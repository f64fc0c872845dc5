import { ConfigError, D2vError } from '@d2v/core';
import { logAdd, logSoftmax } from './log-space.js';
import type { Frames } from './greedy.js';

/** Scores what is spelled, label by label: a language model. All scores are natural logarithms. */
export interface LabelScorer<State = unknown> {
  /** Before the first label. */
  readonly start: State;
  /** What one more label adds to the score. */
  extend(state: State, label: number): { readonly state: State; readonly score: number };
  /** What the end of the utterance adds. */
  finish(state: State): number;
}

export interface BeamSearchOptions<State = unknown> {
  readonly blank: number;
  /** Prefixes that are kept after each frame; default 100. */
  readonly beamSize?: number;
  /** Prefixes whose score is further below the best one are dropped; default 25. */
  readonly beamThreshold?: number;
  /** Most probable classes that are tried in a frame; default all. */
  readonly beamLabels?: number;
  /** Results; default 1. */
  readonly best?: number;
  /** Default: none, so that the score is the probability of the labels alone. */
  readonly scorer?: LabelScorer<State>;
}

export interface Hypothesis {
  readonly labels: Int32Array;
  /** acoustic + what the scorer adds. */
  readonly score: number;
  /** ln P(labels | frames): the sum over all paths that were not dropped. */
  readonly acoustic: number;
}

/**
 * CTC prefix beam search (Hannun et al. 2014, "First-Pass Large Vocabulary Continuous Speech Recognition using
 * Bi-Directional Recurrent DNNs"): paths with the same labels are added up, in contrast to a search for the best path.
 * The result is exact where no prefix is dropped.
 *
 * @returns the best hypotheses, best first
 * @throws ConfigError when an option is out of range; D2vError when a frame holds NaN
 */
export function beamSearch<State>(input: Frames, options: BeamSearchOptions<State>): Hypothesis[] {
  const { blank, beamSize = 100, beamThreshold = 25, best = 1, scorer } = options;
  const beamLabels = options.beamLabels ?? input.classes;
  for (const [key, value] of Object.entries({ beamSize, best, beamLabels })) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new ConfigError(`beamSearch: ${key} must be a whole number ≥ 1, got ${value}`, { key });
    }
  }
  if (!(beamThreshold >= 0)) {
    throw new ConfigError(`beamSearch: beamThreshold must be ≥ 0, got ${beamThreshold}`, { key: 'beamThreshold' });
  }
  const root = new Prefix<State>(undefined, -1, scorer?.start, 0);
  root.blank = 0;
  let beam = [root];
  for (let t = 0; t < input.frames; t++) {
    const row = logSoftmax(input.logits.subarray(t * input.classes, (t + 1) * input.classes));
    if (!row) throw new D2vError(`beamSearch: frame ${t} has no probabilities: NaN, or no finite logit`);
    const labels = mostProbable(row, beamLabels, blank);
    beam = prune(step(beam, row, labels, blank, scorer), beamSize, beamThreshold);
  }
  return beam
    .map((prefix) => ({
      labels: labelsOf(prefix),
      acoustic: prefix.acoustic,
      score: prefix.acoustic + prefix.added + (scorer ? scorer.finish(prefix.state as State) : 0),
    }))
    .sort((a, b) => b.score - a.score)
    .slice(0, best);
}

/** Labels that paths so far spell, as a node of a tree. */
class Prefix<State> {
  /** ln of the probability of paths that end in a blank, and in the last label. */
  blank = -Infinity;
  label = -Infinity;
  nextBlank = -Infinity;
  nextLabel = -Infinity;
  /** Among those of the next frame already. */
  marked = false;
  /** Whether the beam holds it. */
  alive = true;
  readonly #children = new Map<number, Prefix<State>>();

  constructor(
    readonly parent: Prefix<State> | undefined,
    readonly last: number,
    readonly state: State | undefined,
    /** Sum of the scorer's scores. */
    readonly added: number,
  ) {}

  get acoustic(): number {
    return logAdd(this.blank, this.label);
  }

  child(label: number, scorer: LabelScorer<State> | undefined): Prefix<State> {
    let child = this.#children.get(label);
    if (!child) {
      const next = scorer?.extend(this.state as State, label);
      child = new Prefix<State>(this, label, next?.state, this.added + (next?.score ?? 0));
      this.#children.set(label, child);
    }
    return child;
  }

  /**
   * Forgets, once it has left the beam, what no prefix in the beam needs. Children of a prefix in the beam stay, so that
   * they are not scored anew in every frame.
   */
  release(): void {
    for (const [label, child] of this.#children) {
      if (!child.alive && child.#children.size === 0) this.#children.delete(label);
    }
    if (this.#children.size > 0 || !this.parent || this.parent.alive) return;
    this.parent.#children.delete(this.last);
    this.parent.release();
  }
}

function labelsOf<State>(prefix: Prefix<State>): Int32Array {
  const labels: number[] = [];
  for (let node = prefix; node.parent; node = node.parent) labels.push(node.last);
  return Int32Array.from(labels.reverse());
}

/** All prefixes that paths reach with one more frame. */
function step<State>(
  beam: readonly Prefix<State>[],
  row: Float64Array,
  labels: Int32Array,
  blank: number,
  scorer: LabelScorer<State> | undefined,
): Prefix<State>[] {
  const reached: Prefix<State>[] = [];
  const reach = (prefix: Prefix<State>): Prefix<State> => {
    if (!prefix.marked) reached.push(prefix);
    prefix.marked = true;
    return prefix;
  };
  for (const prefix of beam) {
    const total = prefix.acoustic;
    reach(prefix).nextBlank = logAdd(prefix.nextBlank, total + row[blank]!);
    if (prefix.parent) prefix.nextLabel = logAdd(prefix.nextLabel, prefix.label + row[prefix.last]!);
    for (const label of labels) {
      const before = label === prefix.last ? prefix.blank : total;
      if (before === -Infinity || row[label] === -Infinity) continue;
      const child = reach(prefix.child(label, scorer));
      child.nextLabel = logAdd(child.nextLabel, before + row[label]!);
    }
  }
  for (const prefix of reached) {
    prefix.blank = prefix.nextBlank;
    prefix.label = prefix.nextLabel;
    prefix.nextBlank = prefix.nextLabel = -Infinity;
    prefix.marked = false;
  }
  return reached;
}

/** The best prefixes that are close enough to the best one. */
function prune<State>(prefixes: readonly Prefix<State>[], size: number, threshold: number): Prefix<State>[] {
  const scored = prefixes.map((prefix) => ({ prefix, score: prefix.acoustic + prefix.added }));
  scored.sort((a, b) => b.score - a.score);
  const lowest = scored[0]!.score - threshold;
  const kept = scored.filter(({ score }, i) => i < size && (score >= lowest || i === 0)).map(({ prefix }) => prefix);
  for (const prefix of prefixes) prefix.alive = false;
  for (const prefix of kept) prefix.alive = true;
  for (const prefix of prefixes) if (!prefix.alive) prefix.release();
  return kept;
}

/** The `count` most probable classes other than the blank. */
function mostProbable(row: Float64Array, count: number, blank: number): Int32Array {
  const labels = Int32Array.from(row.keys()).filter((label) => label !== blank);
  return count >= labels.length ? labels : labels.sort((a, b) => row[b]! - row[a]!).subarray(0, count);
}
