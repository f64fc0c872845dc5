import type { Dataset } from '@d2v/core';
import { readFolder } from '@d2v/core/node';
import type { AudioItem } from '../audio/item.js';
import type { FolderOptions } from '../dataset/options.js';
import { selectRecordings } from '../dataset/selection.js';
import { audioDataset, audioFiles } from './audio-files.js';

/** A folder's recordings. */
export interface FolderDataset extends Dataset<AudioItem> {
  /** Files below the folder that are not recordings and were passed over. */
  readonly ignored: number;
}

/**
 * The reader `folder`: files by extension, class by class, each class in alphabetical order.
 * @throws ConfigError when the folder is missing, holds no recordings, mixes them and class folders, or lacks a class
 */
export async function openFolder(options: FolderOptions): Promise<FolderDataset> {
  const { files, classes, ignored } = await readFolder(options, audioFiles);
  return { ...(await selectRecordings(audioDataset(files, classes), options)), ignored };
}
