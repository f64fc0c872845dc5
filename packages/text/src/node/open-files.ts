import { ConfigError, type Dataset } from '@d2v/core';
import { linesSchema } from '../dataset/options.js';
import type { TextItem } from '../sample.js';
import { textFiles } from './blocks.js';
import { openLines } from './records.js';

/**
 * The lines of files and folders that a user names, in that order.
 *
 * @throws SampleError when a file does not exist or a line is no text; ConfigError when there is no text
 */
export async function openFiles(paths: readonly string[]): Promise<Dataset<TextItem>> {
  if (paths.length === 0) throw new ConfigError('no files', { hint: 'name text files, one text a line' });
  const files = (await Promise.all(paths.map(textFiles))).flat();
  const parts = await Promise.all(files.map((path) => openLines(linesSchema.parse({ path }))));
  const places = parts.flatMap((part) => Array.from({ length: part.size }, (_, index) => ({ part, index })));
  return {
    size: places.length,
    name: (i) => places[i]!.part.name(places[i]!.index),
    read: (i) => places[i]!.part.read(places[i]!.index),
  };
}
