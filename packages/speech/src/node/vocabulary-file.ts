import { readText } from '@d2v/core/node';
import { parseVocabulary, type Vocabulary } from '../vocabulary/index.js';

/**
 * Reads fairseq's `dict.ltr.txt` or Hugging Face's `vocab.json`.
 *
 * @throws SampleError when the file cannot be read, ConfigError naming it and the line or token that is wrong
 */
export async function readVocabulary(path: string): Promise<Vocabulary> {
  return parseVocabulary(await readText(path), path);
}
