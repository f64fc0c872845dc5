import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';

/** A file within a Parquet table, as Hugging Face's `datasets` stores images and recordings. */
export interface ParquetCell {
  readonly bytes: Uint8Array | null;
  readonly path: string | null;
}

export interface ParquetOptions {
  /** Names of the classes; absent: the file has none. */
  readonly names?: readonly string[];
  /** With an index of pages. */
  readonly pages?: boolean;
  readonly codec?: 'UNCOMPRESSED' | 'SNAPPY' | 'GZIP';
}

/**
 * A Parquet file as Hugging Face's `datasets` writes it, with row groups of two.
 *
 * @param kind the name of the column of cells, and of its feature
 */
export function parquetTable(
  kind: 'image' | 'audio',
  cells: readonly ParquetCell[],
  labels: readonly (bigint | null)[],
  { names, pages: offsetIndex = false, codec = 'SNAPPY' }: ParquetOptions = {},
): Uint8Array {
  const feature = `${kind[0]!.toUpperCase()}${kind.slice(1)}`;
  const features = { [kind]: { _type: feature }, label: { _type: 'ClassLabel', ...(names && { names }) } };
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: kind, data: [...cells], offsetIndex },
      { name: 'label', data: [...labels], offsetIndex },
    ],
    schema: [
      { name: 'root', num_children: 2 },
      { name: kind, num_children: 2, repetition_type: 'OPTIONAL' },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
    ],
    rowGroupSize: 2,
    pageSize: 1000,
    codec,
    compressors: { GZIP: (bytes) => new Uint8Array(gzipSync(bytes)) },
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
  });
  return new Uint8Array(buffer);
}
