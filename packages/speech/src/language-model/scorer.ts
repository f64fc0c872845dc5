import { ConfigError } from '@d2v/core';
import type { LabelScorer } from '../ctc/index.js';
import { WORD_BOUNDARY, type Vocabulary } from '../vocabulary/index.js';
import type { NgramModel } from './ngram-model.js';

/** Weights of a language model in a beam search: weight·ln P(words) + wordScore·(number of words). */
export interface LanguageModelWeights {
  /**
   * Weight of the natural logarithm of the model's probability; default 0.5. fairseq's `lm_weight` multiplies base-10
   * logarithms: divide it by 2.303.
   */
  readonly weight?: number;
  /** Added for every word, against a preference for few long ones; default 0. */
  readonly wordScore?: number;
}

/** Where a word-level model stands: `word` is not finished and not scored yet. */
export interface WordState {
  readonly model: number;
  readonly word: string;
}

/**
 * A model of words, asked whenever a word is finished. The last word need not be followed by a boundary.
 *
 * @throws ConfigError when the vocabulary has no word boundary
 */
export function wordScorer(
  model: NgramModel,
  vocabulary: Vocabulary,
  { weight = 0.5, wordScore = 0 }: LanguageModelWeights = {},
): LabelScorer<WordState> {
  const boundary = boundaryOf(vocabulary, 'wordScorer');
  const finishWord = ({ model: before, word }: WordState): { state: WordState; score: number } => {
    if (word === '') return { state: { model: before, word }, score: 0 };
    const { state, score } = model.score(before, word);
    return { state: { model: state, word: '' }, score: weight * score + wordScore };
  };
  return {
    start: { model: model.start, word: '' },
    extend: (state, label) => {
      if (label === boundary) return finishWord(state);
      if (vocabulary.isSpecial(label)) return { state, score: 0 };
      return { state: { model: state.model, word: state.word + vocabulary.tokens[label]! }, score: 0 };
    },
    finish: (state) => {
      const last = finishWord(state);
      return last.score + weight * model.finish(last.state.model);
    },
  };
}

/** Where a character-level model stands. */
export interface CharacterState {
  readonly model: number;
  /** Whether characters of a word have come since the last boundary. */
  readonly inWord: boolean;
}

/**
 * A model of characters, asked at every label: its file holds the vocabulary's characters, and `|` after every word, as
 * fairseq's `.ltr` files have it. A last word without a boundary is scored as if one followed. Boundaries before a word
 * and in a row are scored once, with the word before.
 */
export function characterScorer(
  model: NgramModel,
  vocabulary: Vocabulary,
  { weight = 0.5, wordScore = 0 }: LanguageModelWeights = {},
): LabelScorer<CharacterState> {
  const finishWord = ({ model: before, inWord }: CharacterState): { state: CharacterState; score: number } => {
    if (!inWord || vocabulary.boundary === undefined) return { state: { model: before, inWord }, score: 0 };
    const { state, score } = model.score(before, WORD_BOUNDARY);
    return { state: { model: state, inWord: false }, score: weight * score + wordScore };
  };
  return {
    start: { model: model.start, inWord: false },
    extend: (state, label) => {
      if (label === vocabulary.boundary) return finishWord(state);
      if (vocabulary.isSpecial(label)) return { state, score: 0 };
      const next = model.score(state.model, vocabulary.tokens[label]!);
      return { state: { model: next.state, inWord: true }, score: weight * next.score };
    },
    finish: (state) => {
      const last = finishWord(state);
      return last.score + weight * model.finish(last.state.model);
    },
  };
}

function boundaryOf(vocabulary: Vocabulary, caller: string): number {
  if (vocabulary.boundary !== undefined) return vocabulary.boundary;
  throw new ConfigError(`${caller}: the vocabulary has no '${WORD_BOUNDARY}' to tell words apart`, {
    hint: 'use a model of characters with characterScorer',
  });
}
