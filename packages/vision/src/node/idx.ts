import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { SampleError, type Dataset } from '@d2v/core';
import { idxDataset, type IdxFile } from '../dataset/idx.js';
import type { IdxOptions } from '../dataset/options.js';
import { select } from '../dataset/selection.js';
import type { ImageItem } from '../image/item.js';
import { readBytes } from './file.js';

/**
 * The reader `idx`: MNIST's format, plain or gzipped (told by content, not by name).
 * @throws SampleError naming the file when it is missing or damaged, or counts or labels do not fit
 */
export async function openIdx(options: IdxOptions): Promise<Dataset<ImageItem>> {
  const images = await load(options.images);
  const labels = options.labels === undefined ? undefined : await load(options.labels);
  return select(idxDataset(images, labels, options.classes), options);
}

async function load(name: string): Promise<IdxFile> {
  const bytes = await readBytes(name);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { name, bytes };
  try {
    return { name, bytes: await promisify(gunzip)(bytes) };
  } catch (cause) {
    throw new SampleError(name, `the gzip data is damaged (${(cause as Error).message})`, {
      hint: 'the file is cut off or corrupt: fetch it again',
      cause,
    });
  }
}
