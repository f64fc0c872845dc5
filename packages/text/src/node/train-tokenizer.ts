import { stat } from 'node:fs/promises';
import { SampleError } from '@d2v/core';
import { readLines } from '@d2v/core/node';
import { Tokenizer, trainTokenizer, WordCounts, type TrainOptions } from '../tokens/index.js';
import { textFiles } from './text-files.js';

/** Lines between two looks at the progress. */
const PACE = 4096;

export interface TrainFilesOptions extends TrainOptions {
  /** How much of the files is counted, in bytes; within a gzipped file it is a guess. */
  readonly onText?: (done: number, total: number) => void;
  /** Stops the counting. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a tokenizer on text files and folders, line by line, in memory for the distinct words alone.
 *
 * @returns nothing when `signal` was aborted
 * @throws SampleError naming file:line for a line that is no text
 */
export async function trainTokenizerFiles(
  paths: readonly string[],
  options: TrainFilesOptions & { readonly signal: AbortSignal },
): Promise<Tokenizer | undefined>;
export async function trainTokenizerFiles(paths: readonly string[], options: TrainFilesOptions): Promise<Tokenizer>;
export async function trainTokenizerFiles(
  paths: readonly string[],
  { onText, signal, ...options }: TrainFilesOptions,
): Promise<Tokenizer | undefined> {
  const counts = new WordCounts();
  const files = await textFiles(paths);
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let done = 0;
  for (const [i, path] of files.entries()) {
    const before = counts.size;
    for await (const each of readLines(path)) {
      if (each instanceof SampleError) throw each;
      counts.add(`${each.text}\n`);
      if (each.line % PACE !== 0) continue;
      if (signal?.aborted) return undefined;
      onText?.(done + Math.min(sizes[i]!, counts.size - before), total);
    }
    done += sizes[i]!;
    onText?.(done, total);
    if (signal?.aborted) return undefined;
  }
  return new Tokenizer(trainTokenizer(counts, options));
}
