import { WORD_BOUNDARY, type Vocabulary } from '../vocabulary/index.js';

/** What a recogniser says about one utterance: logits of each class in each frame. */
export interface Frames {
  /** (T, V), log-probabilities or logits; what follows T·V is not read. */
  readonly logits: Float32Array;
  /** T */
  readonly frames: number;
  /** V */
  readonly classes: number;
}

/** A label on the best path. */
export interface DecodedLabel {
  readonly label: number;
  /** Frames [start, end) that say it. */
  readonly start: number;
  readonly end: number;
  /** Highest probability of the label in these frames, in [0, 1]. */
  readonly confidence: number;
}

/** The best path: the most probable class of each frame, repeats merged, blanks left out. */
export function greedyDecode({ logits, frames, classes }: Frames, blank: number): DecodedLabel[] {
  const path: { label: number; start: number; end: number; confidence: number }[] = [];
  let before = blank;
  for (let t = 0; t < frames; t++) {
    const row = logits.subarray(t * classes, (t + 1) * classes);
    const best = highest(row);
    if (best !== blank) {
      const confidence = probability(row, best);
      const last = path[path.length - 1];
      if (best === before && last) {
        last.end = t + 1;
        last.confidence = Math.max(last.confidence, confidence);
      } else path.push({ label: best, start: t, end: t + 1, confidence });
    }
    before = best;
  }
  return path;
}

/** A word with its place in time. */
export interface DecodedWord {
  readonly word: string;
  /** Frames [start, end), from the first character to the last. */
  readonly start: number;
  readonly end: number;
  /** Mean over its characters, in [0, 1]. */
  readonly confidence: number;
}

/** Labels → words, split at the word boundary; special classes are left out. */
export function decodedWords(path: readonly DecodedLabel[], vocabulary: Vocabulary): DecodedWord[] {
  const words: DecodedLabel[][] = [[]];
  for (const label of path) {
    if (vocabulary.tokens[label.label] === WORD_BOUNDARY) words.push([]);
    else if (!vocabulary.isSpecial(label.label)) words[words.length - 1]!.push(label);
  }
  return words
    .filter((labels) => labels.length > 0)
    .map((labels) => ({
      word: vocabulary.decode(labels.map(({ label }) => label)),
      start: labels[0]!.start,
      end: labels[labels.length - 1]!.end,
      confidence: labels.reduce((sum, { confidence }) => sum + confidence, 0) / labels.length,
    }));
}

function highest(row: Float32Array): number {
  let best = 0;
  for (let v = 1; v < row.length; v++) if (row[v]! > row[best]!) best = v;
  return best;
}

/** Softmax of the highest logit. */
function probability(row: Float32Array, best: number): number {
  let sum = 0;
  for (const logit of row) sum += Math.exp(logit - row[best]!);
  return 1 / sum;
}
