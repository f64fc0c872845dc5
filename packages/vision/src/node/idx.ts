import { selectSamples, type Dataset } from '@d2v/core';
import { readUnpacked } from '@d2v/core/node';
import { idxDataset, type IdxFile } from '../dataset/idx.js';
import type { IdxOptions } from '../dataset/options.js';
import type { ImageItem } from '../image/item.js';

/**
 * The reader `idx`: MNIST's format, plain or gzipped (told by content, not by name).
 * @throws SampleError naming the file when it is missing or damaged, or counts or labels do not fit
 */
export async function openIdx(options: IdxOptions): Promise<Dataset<ImageItem>> {
  const images = await load(options.images);
  const labels = options.labels === undefined ? undefined : await load(options.labels);
  return selectSamples(idxDataset(images, labels, options.classes), options);
}

const load = async (name: string): Promise<IdxFile> => ({ name, bytes: await readUnpacked(name) });
