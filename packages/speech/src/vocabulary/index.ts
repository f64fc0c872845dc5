export { buildVocabulary, SPECIAL_TOKENS } from './build.js';
export { englishVocabulary } from './english.js';
export { parseFairseqDictionary, parseVocabulary, parseVocabularyJson, vocabularyJson } from './files.js';
export { normaliseSpaces, Vocabulary, WORD_BOUNDARY } from './vocabulary.js';
