import type { Dataset } from '@d2v/core';
import { linesSchema } from '../dataset/options.js';
import type { TextItem } from '../sample.js';
import { openLines } from './records.js';
import { textFiles } from './text-files.js';

/**
 * The lines of files and folders that a user names, in that order.
 *
 * @throws SampleError when a file does not exist or a line is no text; ConfigError when there is no text
 */
export async function openFiles(paths: readonly string[]): Promise<Dataset<TextItem>> {
  const files = await textFiles(paths);
  const parts = await Promise.all(files.map((path) => openLines(linesSchema.parse({ path }))));
  const places = parts.flatMap((part) => Array.from({ length: part.size }, (_, index) => ({ part, index })));
  return {
    size: places.length,
    name: (i) => places[i]!.part.name(places[i]!.index),
    read: (i) => places[i]!.part.read(places[i]!.index),
  };
}
