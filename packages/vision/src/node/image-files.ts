import type { Dataset } from '@d2v/core';
import type { ImageItem } from '../image/item.js';
import { openImage } from './decode.js';
import { readBytes } from './file.js';

/** An image file and its class. */
export interface ImageFile {
  readonly path: string;
  readonly label?: number;
  /** What errors call it; default: the path. */
  readonly name?: string;
}

/** Image files as a dataset; a file is opened when it is read. */
export function fileDataset(files: readonly ImageFile[], classes?: readonly string[]): Dataset<ImageItem> {
  const name = (index: number): string => files[index]!.name ?? files[index]!.path;
  return {
    size: files.length,
    ...(classes && { classes, label: (index: number) => files[index]!.label! }),
    name,
    read: async (index) => {
      const { path, label } = files[index]!;
      return openImage(await readBytes(path, name(index)), name(index), label);
    },
  };
}
