import { SPECIAL_TOKENS } from './build.js';
import { Vocabulary } from './vocabulary.js';

/** The 32 classes of the models that are fine-tuned on LibriSpeech: English capitals (reference: data2vec1.md §4.6). */
export const englishVocabulary = (): Vocabulary =>
  new Vocabulary([...SPECIAL_TOKENS, ..."|ETAONIHSRDLUMWCFGYPBVK'XJQZ"]);
