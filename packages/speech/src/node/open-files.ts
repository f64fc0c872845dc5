import { stat } from 'node:fs/promises';
import { ConfigError, type Dataset } from '@d2v/core';
import type { AudioItem } from '../audio/item.js';
import { fileError } from './file.js';
import { fileDataset } from './audio-files.js';
import { walk } from './scan.js';

/**
 * Files that a user names, in that order, whatever their extension; a folder stands for all recordings below it.
 * @throws SampleError when a file does not exist, ConfigError when there is no recording
 */
export async function openFiles(paths: readonly string[]): Promise<Dataset<AudioItem>> {
  const files: string[] = [];
  for (const path of paths) {
    const kind = await stat(path).catch((cause: unknown) => {
      throw fileError(cause, path);
    });
    if (!kind.isDirectory()) files.push(path);
    else files.push(...(await walk(path)).files);
  }
  if (files.length === 0) {
    throw new ConfigError(`no recordings in ${paths.join(', ') || 'an empty list of files'}`, {
      hint: 'name recordings, or folders that hold some',
    });
  }
  return fileDataset(files.map((path) => ({ path })));
}
