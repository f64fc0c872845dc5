import type { ParquetRows } from './rows.js';

export type { ParquetColumn } from './columns.js';
export { fileColumn, parquetLabelLists, parquetLabels } from './choose-columns.js';
export type { ParquetRows, StoredFile } from './rows.js';

/**
 * Opens a Parquet file, or a folder's files in alphabetical order. Its decoders are loaded by the first call.
 *
 * @throws ConfigError when there are no files or rows or their columns differ; SampleError when one is missing or not
 *   Parquet
 */
export async function openParquetRows(path: string): Promise<ParquetRows> {
  const { openRows } = await import('./rows.js');
  return openRows(path);
}
