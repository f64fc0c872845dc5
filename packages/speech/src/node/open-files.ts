import type { Dataset } from '@d2v/core';
import { namedFiles } from '@d2v/core/node';
import type { AudioItem } from '../audio/item.js';
import { audioDataset, audioFiles } from './audio-files.js';

/**
 * Files that a user names, in that order, whatever their extension; a folder stands for all recordings below it.
 * @throws SampleError when a file does not exist, ConfigError when there is no recording
 */
export async function openFiles(paths: readonly string[]): Promise<Dataset<AudioItem>> {
  return audioDataset((await namedFiles(paths, audioFiles)).map((path) => ({ path })));
}
