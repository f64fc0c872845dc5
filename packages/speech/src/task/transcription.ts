import type { Evaluation, EvaluationDetail } from '@d2v/core';
import {
  alignLabels,
  charactersOf,
  editText,
  ErrorRate,
  framesFor,
  greedyDecode,
  wordsOf,
  type DecodedLabel,
  type Frames,
} from '../ctc/index.js';
import { normaliseSpaces, type Vocabulary } from '../vocabulary/index.js';
import { TranscriptionDetails } from './transcription-details.js';

/** Error rates of greedy decoding, in percent of the references' characters and words. */
export class Transcription implements Evaluation {
  readonly #characters = new ErrorRate();
  readonly #words = new ErrorRate();
  readonly #details = new TranscriptionDetails();
  readonly #utterances: { readonly name: string; readonly reference: string; readonly hypothesis: string }[] = [];

  constructor(
    readonly vocabulary: Vocabulary,
    /** Seconds from one frame to the next; absent: the encoder is not known. */
    readonly frameSeconds: number | undefined,
  ) {}

  add(
    logits: Float32Array,
    [rows, frames, classes]: readonly [number, number, number],
    labels: readonly unknown[],
    names?: readonly string[],
  ): void {
    for (let row = 0; row < rows; row++) {
      const own = logits.subarray(row * frames * classes, (row + 1) * frames * classes);
      const said = { logits: own, frames, classes };
      const path = greedyDecode(said, this.vocabulary.blank);
      const hypothesis = this.vocabulary.decode(path.map(({ label }) => label));
      const reference = normaliseSpaces(labels[row] as string);
      this.#characters.add(charactersOf(reference), charactersOf(hypothesis));
      this.#words.add(wordsOf(reference), wordsOf(hypothesis));
      this.#utterances.push({ name: names?.[row] ?? `utterance ${this.#utterances.length}`, reference, hypothesis });
      this.#details.add(reference, hypothesis);
      if (this.#details.unaligned) this.#align(said, reference, path);
    }
  }

  /** Shows where an utterance's transcript is said, if its frames are numbers and can spell it. */
  #align(frames: Frames, reference: string, heard: readonly DecodedLabel[]): void {
    const { blank, tokens } = this.vocabulary;
    if (this.frameSeconds === undefined || !frames.logits.every(Number.isFinite)) return;
    const labels = this.vocabulary.encode(reference, 'reference');
    if (framesFor(labels) > frames.frames) return;
    const said = alignLabels(frames, labels, blank);
    this.#details.align({ said, heard }, { character: (label) => tokens[label]!, frameSeconds: this.frameSeconds });
  }

  listing(): string {
    return this.#utterances
      .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
      .map(({ name, reference, hypothesis }) => `${name}\n${editText(reference, hypothesis)}\n`)
      .join('\n');
  }

  details(): EvaluationDetail[] {
    return this.#details.sections();
  }

  result(): Record<string, number> {
    const { reference, substitutions, insertions, deletions } = this.#words.counts;
    return {
      cer: this.#characters.percent,
      wer: this.#words.percent,
      wer_substitutions: (100 * substitutions) / reference,
      wer_insertions: (100 * insertions) / reference,
      wer_deletions: (100 * deletions) / reference,
    };
  }
}
