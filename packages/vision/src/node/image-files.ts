import { fileDataset, type Dataset, type ListedFile } from '@d2v/core';
import { readBytes, type FileKind } from '@d2v/core/node';
import type { ImageItem } from '../image/item.js';
import { openImage } from './decode.js';

/** The files that are taken for images. */
export const imageFiles: FileKind = {
  noun: 'images',
  extensions: ['.jpg', '.jpeg', '.png', '.webp', '.gif', '.avif', '.tif', '.tiff'],
};

/** Image files as a dataset. */
export function imageDataset(files: readonly ListedFile[], classes?: readonly string[]): Dataset<ImageItem> {
  return fileDataset(files, classes, {
    open: async ({ path, label }, name) => openImage(await readBytes(path, name), name, label),
  });
}
