export { checkDefinition, SPECIAL, specialTokens, type AddedToken, type TokenizerDefinition } from './definition.js';
export { parseFairseq, type FairseqFiles } from './fairseq.js';
export {
  fromVocabulary,
  parseMerges,
  parseTokenizerJson,
  parseVocabulary,
  writeMerges,
  writeTokenizerJson,
  writeVocabulary,
} from './hugging-face.js';
export { encodeSequence, type SequenceOptions, type Texts, type Truncation } from './sequence.js';
export { encodeWords } from './words.js';
export { splitWords } from './split.js';
export { Tokenizer, type Encoded, type SpecialIds } from './tokenizer.js';
export { trainTokenizer, WordCounts, type TrainOptions } from './train/index.js';
