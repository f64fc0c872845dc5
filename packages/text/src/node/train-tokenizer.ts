import { SampleError } from '@d2v/core';
import { readLines } from '@d2v/core/node';
import { Tokenizer, trainTokenizer, WordCounts, type TrainOptions } from '../tokens/index.js';
import { textFiles } from './text-files.js';

/**
 * Trains a tokenizer on text files and folders, line by line, in memory for the distinct words alone.
 *
 * @throws SampleError naming file:line for a line that is no text
 */
export async function trainTokenizerFiles(paths: readonly string[], options: TrainOptions): Promise<Tokenizer> {
  const counts = new WordCounts();
  for (const path of await textFiles(paths)) {
    for await (const each of readLines(path)) {
      if (each instanceof SampleError) throw each;
      counts.add(`${each.text}\n`);
    }
  }
  return new Tokenizer(trainTokenizer(counts, options));
}
