import type { Dataset } from '@d2v/core';
import { namedFiles } from '@d2v/core/node';
import type { ImageItem } from '../image/item.js';
import { imageDataset, imageFiles } from './image-files.js';

/**
 * Files that a user names, in that order, whatever their extension; a folder stands for all images below it.
 * @throws SampleError when a file does not exist, ConfigError when there is no image
 */
export async function openFiles(paths: readonly string[]): Promise<Dataset<ImageItem>> {
  return imageDataset((await namedFiles(paths, imageFiles)).map((path) => ({ path })));
}
