export { ArpaError, readArpa, type TextSource } from './arpa.js';
export { NgramModel, type NgramEntry } from './ngram-model.js';
export {
  characterScorer,
  wordScorer,
  type CharacterState,
  type LanguageModelWeights,
  type WordState,
} from './scorer.js';
