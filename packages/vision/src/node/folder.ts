import { selectSamples, type Dataset } from '@d2v/core';
import { readFolder } from '@d2v/core/node';
import type { FolderOptions } from '../dataset/options.js';
import type { ImageItem } from '../image/item.js';
import { imageDataset, imageFiles } from './image-files.js';

/** A folder's images. */
export interface FolderDataset extends Dataset<ImageItem> {
  /** Files below the folder that are not images and were passed over. */
  readonly ignored: number;
}

/**
 * The reader `folder`: files by extension, class by class, each class in alphabetical order.
 * @throws ConfigError when the folder is missing, holds no images, mixes images and class folders, or lacks a class
 */
export async function openFolder(options: FolderOptions): Promise<FolderDataset> {
  const { files, classes, ignored } = await readFolder(options, imageFiles);
  return { ...selectSamples(imageDataset(files, classes), options), ignored };
}
