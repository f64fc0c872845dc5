import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { ConfigError, SampleError } from '../../errors.js';
import { fileError } from '../file.js';

/** Bytes of a column chunk that may be read anew for every row. */
const smallChunk = 65_536;

/** Rows [start, end) that were written together. */
export interface RowGroup {
  readonly start: number;
  readonly end: number;
  /** Whether single rows of a column cost little: its chunks have a page index, or are small. */
  byRow(column: string): boolean;
}

/** An open Parquet file. */
export interface Table {
  readonly path: string;
  readonly rows: number;
  readonly metadata: FileMetaData;
  readonly groups: readonly RowGroup[];
  /** The values of a column in rows [start, end). @throws SampleError when the file is damaged */
  read(column: string, start: number, end: number): Promise<unknown[]>;
}

/** @throws SampleError when the file is missing or not Parquet */
export async function openTable(path: string): Promise<Table> {
  const file = await asyncBufferFromFile(path).catch((cause: unknown) => {
    throw fileError(cause, path);
  });
  const metadata = await parquetMetadataAsync(file).catch((cause: unknown) => {
    throw damaged(path, cause);
  });
  let start = 0;
  const groups = metadata.row_groups.map(({ num_rows, columns }) => {
    const byRow = (column: string): boolean =>
      columns.every(
        ({ meta_data, offset_index_offset }) =>
          meta_data?.path_in_schema[0] !== column ||
          offset_index_offset !== undefined ||
          meta_data.total_compressed_size <= smallChunk,
      );
    const group: RowGroup = { start, end: start + Number(num_rows), byRow };
    start = group.end;
    return group;
  });
  return {
    path,
    rows: start,
    metadata,
    groups,
    read: async (column, rowStart, rowEnd) => {
      try {
        const rows = await parquetReadObjects({
          file,
          metadata,
          columns: [column],
          rowStart,
          rowEnd,
          compressors,
          utf8: false,
          useOffsetIndex: true,
        });
        return rows.map((row): unknown => row[column]);
      } catch (cause) {
        throw damaged(`${path} rows ${rowStart} to ${rowEnd - 1}`, cause);
      }
    },
  };
}

/** @throws ConfigError unless every table has the columns of the first */
export function checkSameColumns(tables: readonly Table[]): void {
  const columnsOf = ({ metadata }: Table): string =>
    metadata.schema.map(({ name, type, num_children }) => `${name} ${type ?? num_children}`).join(', ');
  const other = tables.find((table) => columnsOf(table) !== columnsOf(tables[0]!));
  if (!other) return;
  throw new ConfigError(`${other.path} has other columns than ${tables[0]!.path}`, {
    key: 'path',
    hint: 'give a folder that holds the files of one data set only',
  });
}

function damaged(where: string, cause: unknown): SampleError {
  return new SampleError(where, `not a readable Parquet file (${(cause as Error).message})`, {
    hint: 'the file is damaged or incomplete: fetch it again',
    cause,
  });
}
