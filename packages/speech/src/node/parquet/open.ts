import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConfigError, SampleError, type Dataset } from '@d2v/core';
import { inOrder, numberLabels, type RawLabel } from '../../dataset/labels.js';
import type { ParquetOptions } from '../../dataset/options.js';
import { select } from '../../dataset/selection.js';
import type { AudioItem } from '../../audio/item.js';
import { bytesSource, type ByteSource } from '../../audio/bytes.js';
import { audioLength, openAudio } from '../../audio/open.js';
import { fileError } from '../file.js';
import { fileSource } from '../file-source.js';
import { findColumns } from './columns.js';
import { GroupCache } from './group-cache.js';
import { checkSameColumns, openTable, type Table } from './table.js';

/** A recording as a column holds it. */
interface StoredAudio {
  readonly bytes?: Uint8Array;
  readonly path?: string;
}

/**
 * The reader `parquet`: encoded recordings, transcripts and labels of one file or a folder of files, in alphabetical order.
 *
 * Row groups with a page index, and small ones, are read row by row; others are read whole and kept in a cache.
 *
 * @throws ConfigError when there are no files or columns, SampleError when a file, row or label is wrong
 */
export async function openParquet(options: ParquetOptions): Promise<Dataset<AudioItem>> {
  const tables: Table[] = [];
  for (const path of await shards(options.path)) tables.push(await openTable(path));
  checkSameColumns(tables);
  const columns = findColumns(tables[0]!.metadata, options, tables[0]!.path);
  const places = tables.flatMap((table) => Array.from({ length: table.rows }, (_, row) => ({ table, row })));
  if (places.length === 0) throw new ConfigError(`no rows in ${options.path}`, { key: 'path' });
  const name = (index: number): string => `${places[index]!.table.path} row ${places[index]!.row}`;
  const labels =
    columns.label === undefined
      ? undefined
      : numberLabels((await readColumn(tables, columns.label)).map(asLabel), options.classes ?? columns.classes, name);
  if (options.classes && !labels) {
    throw new ConfigError(`classes: ${options.path} has no column of labels`, { key: 'classes', hint: 'set `label`' });
  }
  const read = audioReader(columns.audio, options.cacheMegabytes * 2 ** 20);
  const { text } = columns;
  const transcripts = text === undefined ? undefined : (await readColumn(tables, text)).map(asText);
  const source = async (index: number): Promise<{ bytes: ByteSource; called: string }> => {
    const { table, row } = places[index]!;
    const { bytes, path } = await read(table, row);
    const called = path ? `${name(index)} (${path})` : name(index);
    if (bytes) return { bytes: bytesSource(bytes), called };
    if (!path) throw new SampleError(called, 'the row has no recording', { hint: 'remove the row' });
    return { bytes: await fileSource(resolve(dirname(table.path), path), called), called };
  };
  const dataset: Dataset<AudioItem> = {
    size: places.length,
    ...(labels && { classes: labels.classes, label: (index: number) => labels.labels[index]! }),
    name,
    length: async (index) => {
      const { bytes, called } = await source(index);
      return audioLength(bytes, called);
    },
    read: async (index) => {
      const { bytes, called } = await source(index);
      return openAudio(bytes, {
        name: called,
        ...(transcripts && { transcript: transcripts[index]! }),
        ...(labels && { label: labels.labels[index]! }),
      });
    },
  };
  return select(dataset, options);
}

async function shards(path: string): Promise<string[]> {
  const kind = await stat(path).catch((cause: unknown) => {
    throw fileError(cause, path);
  });
  if (!kind.isDirectory()) return [path];
  const names = (await readdir(path)).filter((file) => file.endsWith('.parquet'));
  if (names.length === 0) {
    throw new ConfigError(`no .parquet files in ${path}`, {
      key: 'path',
      hint: 'give a file, or a folder that holds some',
    });
  }
  return inOrder(names).map((file) => join(path, file));
}

async function readColumn(tables: readonly Table[], column: string): Promise<unknown[]> {
  const values: unknown[] = [];
  for (const table of tables) values.push(...(await table.read(column, 0, table.rows)));
  return values;
}

const asText = (value: unknown): string => String(asLabel(value) ?? '').trim();

function asLabel(value: unknown): RawLabel | undefined {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? undefined : Number(value);
}

/** Reads the recording of one row, through a cache where the file cannot be read row by row. */
function audioReader(column: string, cacheBytes: number): (table: Table, row: number) => Promise<StoredAudio> {
  const cache = new GroupCache<StoredAudio>(cacheBytes, ({ bytes }) => bytes?.length ?? 0);
  return async (table, row) => {
    const group = table.groups.find(({ end }) => row < end)!;
    if (group.byRow(column)) return asAudio((await table.read(column, row, row + 1))[0]);
    const load = async (): Promise<StoredAudio[]> => (await table.read(column, group.start, group.end)).map(asAudio);
    return (await cache.get(`${table.path}:${group.start}`, load))[row - group.start]!;
  };
}

function asAudio(value: unknown): StoredAudio {
  if (value instanceof Uint8Array) return { bytes: value };
  const { bytes, path } = (value ?? {}) as { bytes?: Uint8Array | null; path?: string | Uint8Array | null };
  const text = path instanceof Uint8Array ? new TextDecoder().decode(path) : path;
  return { ...(bytes && { bytes }), ...(text && { path: text }) };
}
