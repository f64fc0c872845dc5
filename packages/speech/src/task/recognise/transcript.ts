import {
  alignLabels,
  beamSearch,
  decodedWords,
  greedyDecode,
  type BeamSearchOptions,
  type DecodedLabel,
  type Frames,
} from '../../ctc/index.js';
import { characterScorer, wordScorer, type LanguageModelWeights, type NgramModel } from '../../language-model/index.js';
import { WORD_BOUNDARY, type Vocabulary } from '../../vocabulary/index.js';
import { utterances } from './utterances.js';

export interface DecodingOptions {
  /** Prefixes of the beam search; default: greedy decoding, or 100 with a language model. */
  readonly beamSize?: number;
  /** Of words, or of characters where it knows `|`. */
  readonly languageModel?: NgramModel;
  readonly languageModelWeights?: LanguageModelWeights;
}

/** A word with its place in a recording. */
export interface TranscribedWord {
  readonly word: string;
  /** Seconds from the beginning of the recording. */
  readonly start: number;
  readonly end: number;
  /** Mean over its characters of their highest probability, in [0, 1]. */
  readonly confidence: number;
}

export interface Transcript {
  readonly text: string;
  readonly words: readonly TranscribedWord[];
}

/**
 * What the logits of a recording say.
 *
 * @param frameSeconds seconds from one frame to the next
 */
export function transcribe(
  frames: Frames,
  vocabulary: Vocabulary,
  frameSeconds: number,
  options: DecodingOptions = {},
): Transcript {
  const path = bestPath(frames, vocabulary, options);
  const words = decodedWords(path, vocabulary).map(({ word, start, end, confidence }) => ({
    word,
    start: start * frameSeconds,
    end: end * frameSeconds,
    confidence,
  }));
  return { text: vocabulary.decode(path.map(({ label }) => label)), words };
}

function bestPath(frames: Frames, vocabulary: Vocabulary, options: DecodingOptions): DecodedLabel[] {
  const { beamSize, languageModel } = options;
  const { blank } = vocabulary;
  if (beamSize === undefined && !languageModel) return greedyDecode(frames, blank);
  const search: BeamSearchOptions = {
    blank,
    ...(beamSize !== undefined && { beamSize }),
    ...(languageModel && { scorer: scorerOf(languageModel, vocabulary, options.languageModelWeights) }),
  };
  const boundary = vocabulary.boundary;
  return utterances(frames, blank).flatMap(({ start, end }) => {
    const part = { ...frames, logits: frames.logits.subarray(start * frames.classes), frames: end - start };
    const [best] = beamSearch(part, search);
    const path = alignLabels(part, best?.labels ?? new Int32Array(), blank).map((label) => ({
      ...label,
      start: start + label.start,
      end: start + label.end,
    }));
    // Between two utterances there is a pause, whether or not the last word of the first one was ended.
    const pause = { label: boundary!, start: end, end, confidence: 1 };
    return boundary !== undefined && end < frames.frames && path.length > 0 ? [...path, pause] : path;
  });
}

function scorerOf(model: NgramModel, vocabulary: Vocabulary, weights?: LanguageModelWeights) {
  const ofCharacters = model.has(WORD_BOUNDARY) || vocabulary.boundary === undefined;
  return (ofCharacters ? characterScorer : wordScorer)(model, vocabulary, weights) as BeamSearchOptions['scorer'];
}
