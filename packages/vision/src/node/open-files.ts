import { stat } from 'node:fs/promises';
import { ConfigError, type Dataset } from '@d2v/core';
import type { ImageItem } from '../image/item.js';
import { fileError } from './file.js';
import { fileDataset } from './image-files.js';
import { walk } from './scan.js';

/**
 * Files that a user names, in that order, whatever their extension; a folder stands for all images below it.
 * @throws SampleError when a file does not exist, ConfigError when there is no image
 */
export async function openFiles(paths: readonly string[]): Promise<Dataset<ImageItem>> {
  const files: string[] = [];
  for (const path of paths) {
    const kind = await stat(path).catch((cause: unknown) => {
      throw fileError(cause, path);
    });
    if (!kind.isDirectory()) files.push(path);
    else for (const image of (await walk(path)).images) files.push(image);
  }
  if (files.length === 0) {
    throw new ConfigError(`no images in ${paths.join(', ') || 'an empty list of files'}`, {
      hint: 'name image files, or folders that hold some',
    });
  }
  return fileDataset(files.map((path) => ({ path })));
}
