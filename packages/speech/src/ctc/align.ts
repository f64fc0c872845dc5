import { D2vError } from '@d2v/core';
import { logSoftmax } from './log-space.js';
import type { DecodedLabel, Frames } from './greedy.js';

const [STAY, FROM_BEFORE, FROM_TWO_BEFORE] = [0, 1, 2];

/**
 * Where labels are said: the most probable path that spells them (Viterbi over the states of CTC, which are the labels
 * with a blank before, between and behind them). Memory and time grow with frames × labels.
 *
 * @throws D2vError when a frame holds NaN, or the frames are too few for the labels
 */
export function alignLabels({ logits, frames, classes }: Frames, labels: Int32Array, blank: number): DecodedLabel[] {
  if (labels.length === 0) return [];
  const states = 2 * labels.length + 1;
  const classOf = (state: number): number => (state % 2 === 1 ? labels[(state - 1) / 2]! : blank);
  const skips = Uint8Array.from({ length: states }, (_, s) => (s % 2 === 1 && s > 1 && classOf(s) !== classOf(s - 2) ? 1 : 0)); // prettier-ignore
  const from = new Uint8Array(frames * states);
  const probabilities: Float64Array[] = [];
  let best = new Float64Array(states).fill(-Infinity);
  for (let t = 0; t < frames; t++) {
    const row = logSoftmax(logits.subarray(t * classes, (t + 1) * classes));
    if (!row) throw new D2vError(`alignLabels: frame ${t} has no probabilities: NaN, or no finite logit`);
    probabilities.push(row);
    const next = new Float64Array(states).fill(-Infinity);
    for (let s = 0; s < states; s++) {
      let [score, way] = t === 0 ? [s < 2 ? 0 : -Infinity, STAY] : [best[s]!, STAY];
      if (t > 0 && s > 0 && best[s - 1]! > score) [score, way] = [best[s - 1]!, FROM_BEFORE];
      if (t > 0 && skips[s] === 1 && best[s - 2]! > score) [score, way] = [best[s - 2]!, FROM_TWO_BEFORE];
      next[s] = score + row[classOf(s)]!;
      from[t * states + s] = way;
    }
    best = next;
  }
  let state = best[states - 1]! >= best[states - 2]! ? states - 1 : states - 2;
  if (best[state] === -Infinity) {
    throw new D2vError(`alignLabels: ${labels.length} labels cannot be spelled in ${frames} frames`);
  }
  const path: { label: number; start: number; end: number; confidence: number }[] = [];
  let open = -1;
  for (let t = frames - 1; t >= 0; t--) {
    if (state % 2 === 1) {
      if (open !== state) path.push({ label: classOf(state), start: t, end: t + 1, confidence: 0 });
      open = state;
      const label = path[path.length - 1]!;
      label.start = t;
      label.confidence = Math.max(label.confidence, Math.exp(probabilities[t]![label.label]!));
    }
    state -= from[t * states + state]!;
  }
  return path.reverse();
}
