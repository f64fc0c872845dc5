import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { alphabetical } from '../../dataset/alphabetical.js';
import { ConfigError, SampleError } from '../../errors.js';
import { statFile } from '../file.js';
import { classNames, columnsOf, type ParquetColumn } from './columns.js';
import { GroupCache } from './group-cache.js';
import { checkSameColumns, openTable, type Table } from './table.js';

/** An encoded file as a cell holds it: its bytes, or where it is. */
export interface StoredFile {
  /** What errors call it: file and row, and the path that the row gives. */
  readonly name: string;
  readonly bytes?: Uint8Array;
  /** Absolute; given where there are no bytes. */
  readonly path?: string;
}

/** The rows of one Parquet file or a folder of them. */
export interface ParquetRows {
  readonly size: number;
  readonly columns: readonly ParquetColumn[];
  /** What errors call a row: its file and its number in there. */
  name(index: number): string;
  /** Class names of a column of labels, in the order of their numbers, where the metadata gives them. */
  classNames(column: string): readonly string[] | undefined;
  /** The values of a column, texts as strings. @throws SampleError when a file is damaged */
  column(name: string): Promise<unknown[]>;
  /**
   * A reader of single cells of a column of encoded files. Row groups with a page index, and small ones, are read row by
   * row; others are read whole, and those read last are kept, up to `cacheBytes`.
   *
   * Errors of the reader: SampleError when a file is damaged or a cell is empty.
   */
  files(column: string, cacheBytes: number): (index: number) => Promise<StoredFile>;
}

/**
 * Opens a Parquet file, or a folder's files in alphabetical order.
 *
 * @throws ConfigError when there are no files or rows or their columns differ; SampleError when one is missing or not
 *   Parquet
 */
export async function openRows(path: string): Promise<ParquetRows> {
  const tables: Table[] = [];
  for (const shard of await shards(path)) tables.push(await openTable(shard));
  checkSameColumns(tables);
  const starts = [0];
  for (const { rows } of tables) starts.push(starts.at(-1)! + rows);
  const size = starts.at(-1)!;
  if (size === 0) throw new ConfigError(`no rows in ${path}`, { key: 'path' });
  const { metadata } = tables[0]!;
  const place = (index: number): { table: Table; row: number } => {
    const shard = starts.findLastIndex((start) => start <= index);
    return { table: tables[shard]!, row: index - starts[shard]! };
  };
  const name = (index: number): string => {
    const { table, row } = place(index);
    return `${table.path} row ${row}`;
  };
  return {
    size,
    columns: columnsOf(metadata),
    name,
    classNames: (column) => classNames(metadata, column),
    column: async (column) => {
      const values: unknown[] = [];
      for (const table of tables) {
        for (const value of await table.read(column, 0, table.rows)) values.push(textOf(value));
      }
      return values;
    },
    files: (column, cacheBytes) => {
      const read = cellReader(column, cacheBytes);
      return async (index) => {
        const { table, row } = place(index);
        const { bytes, path: written } = await read(table, row);
        const called = written ? `${name(index)} (${written})` : name(index);
        if (bytes) return { name: called, bytes };
        if (written) return { name: called, path: resolve(dirname(table.path), written) };
        throw new SampleError(called, `'${column}' is empty`, { hint: 'remove the row' });
      };
    },
  };
}

async function shards(path: string): Promise<string[]> {
  if (!(await statFile(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((file) => file.endsWith('.parquet'));
  if (names.length === 0) {
    throw new ConfigError(`no .parquet files in ${path}`, {
      key: 'path',
      hint: 'give a file, or a folder that holds some',
    });
  }
  return alphabetical(names).map((file) => join(path, file));
}

interface Cell {
  readonly bytes?: Uint8Array;
  readonly path?: string;
}

/** Reads one cell, through a cache where the file cannot be read row by row. */
function cellReader(column: string, cacheBytes: number): (table: Table, row: number) => Promise<Cell> {
  const cache = new GroupCache<Cell>(cacheBytes, ({ bytes }) => bytes?.length ?? 0);
  return async (table, row) => {
    const group = table.groups.find(({ end }) => row < end)!;
    if (group.byRow(column)) return asCell((await table.read(column, row, row + 1))[0]);
    const load = async (): Promise<Cell[]> => (await table.read(column, group.start, group.end)).map(asCell);
    return (await cache.get(`${table.path}:${group.start}`, load))[row - group.start]!;
  };
}

function asCell(value: unknown): Cell {
  if (value instanceof Uint8Array) return { bytes: value };
  const { bytes, path } = (value ?? {}) as { bytes?: Uint8Array | null; path?: string | Uint8Array | null };
  const text = textOf(path);
  return { ...(bytes && { bytes }), ...(typeof text === 'string' && text !== '' && { path: text }) };
}

/** Texts, in lists too, are stored as bytes, with or without a note that they are text. */
function textOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(textOf);
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
}
