import { selectSamples, type Dataset } from '@d2v/core';
import { fileColumn, openParquetRows, parquetLabels, readBytes } from '@d2v/core/node';
import type { ParquetOptions } from '../dataset/options.js';
import type { ImageItem } from '../image/item.js';
import { openImage } from './decode.js';

/**
 * The reader `parquet`: encoded images and labels of one file or a folder of files, in alphabetical order.
 * @throws ConfigError when there are no files or columns, SampleError when a file, row or label is wrong
 */
export async function openParquet(options: ParquetOptions): Promise<Dataset<ImageItem>> {
  const rows = await openParquetRows(options.path);
  const column = fileColumn(rows, 'image', options.image, options.path);
  const found = await parquetLabels(rows, options, options.path);
  const stored = rows.files(column, options.cacheMegabytes * 2 ** 20);
  const dataset: Dataset<ImageItem> = {
    size: rows.size,
    ...(found && { classes: found.classes, label: (index: number) => found.labels[index]! }),
    name: rows.name,
    read: async (index) => {
      const { name, bytes, path } = await stored(index);
      return openImage(bytes ?? (await readBytes(path!, name)), name, found?.labels[index]);
    },
  };
  return selectSamples(dataset, options);
}
