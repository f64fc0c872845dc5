import { basename, dirname, extname, join, resolve } from 'node:path';
import { ConfigError, SampleError, type Dataset } from '@d2v/core';
import type { AudioItem } from '../audio/item.js';
import { parseCsv, parseTsv, type Row } from '../dataset/delimited.js';
import { numberLabels, type RawLabel } from '../dataset/labels.js';
import { textColumns, type TableOptions } from '../dataset/options.js';
import { select } from '../dataset/selection.js';
import { fileDataset } from './audio-files.js';
import { readText } from './file.js';

const audioColumns = ['path', 'audio', 'audio_filepath', 'file', 'filename'];

type Cell = string | number | undefined;

/** A line of the table, whatever it is written in. */
interface Entry {
  readonly line: number;
  cell(column: string): Cell;
}

interface Entries {
  readonly columns: readonly string[];
  readonly entries: readonly Entry[];
}

/**
 * The reader `table`: CSV, TSV or JSON lines with a path and a transcript or label in each line.
 *
 * @throws ConfigError when there is no such column or no line; SampleError naming file:line when a line or label is
 *   wrong; recordings are looked for when they are read
 */
export async function openTable(options: TableOptions): Promise<Dataset<AudioItem>> {
  const { path: source, classes } = options;
  const { columns, entries } = parse(await readText(source), formatOf(options), source);
  if (entries.length === 0) throw new ConfigError(`${source} lists no recordings`, { key: 'path' });
  const audio = findColumn('audio', options.audio, audioColumns, columns, source);
  if (audio === undefined) {
    throw new ConfigError(`${source}: no column of paths`, {
      key: 'audio',
      hint: `name it in \`audio\`; the columns are ${columns.join(', ')}`,
    });
  }
  const text = findColumn('text', options.text, textColumns, columns, source);
  const label = findColumn('label', options.label, ['label'], columns, source);
  if (classes && label === undefined) {
    throw new ConfigError(`classes: ${source} has no column of labels`, { key: 'classes', hint: 'set `label`' });
  }
  const where = (row: number): string => `${source}:${entries[row]!.line}`;
  const labels = label === undefined ? undefined : numberLabels(rawLabels(entries, label), classes, where);
  const folder = options.folder ?? (isCommonVoice(columns) ? join(dirname(source), 'clips') : dirname(source));
  const files = entries.map((entry, row) => {
    const path = String(entry.cell(audio) ?? '');
    if (path === '') throw new SampleError(where(row), `no path in column '${audio}'`, { hint: 'remove the line' });
    return {
      path: resolve(folder, path),
      name: `${path} (${basename(source)}:${entry.line})`,
      ...(text !== undefined && { transcript: String(entry.cell(text) ?? '').trim() }),
      ...(labels && { label: labels.labels[row]! }),
    };
  });
  return select(fileDataset(files, labels?.classes), options);
}

type Format = 'csv' | 'tsv' | 'jsonl';

function formatOf({ path, format }: TableOptions): Format {
  if (format !== 'auto') return format;
  const found = ({ '.csv': 'csv', '.tsv': 'tsv', '.jsonl': 'jsonl', '.json': 'jsonl', '.ndjson': 'jsonl' } as const)[
    extname(path).toLowerCase()
  ];
  if (found) return found;
  throw new ConfigError(`${path}: the extension does not tell how the file is written`, {
    key: 'format',
    hint: 'set format: csv, tsv or jsonl',
  });
}

function parse(text: string, format: Format, source: string): Entries {
  if (format === 'jsonl') return jsonEntries(text, source);
  const [header, ...rows] = format === 'csv' ? parseCsv(text, source) : parseTsv(text);
  const columns = header?.cells.map((cell) => cell.trim()) ?? [];
  return { columns, entries: rows.map((row) => rowEntry(row, columns, source)) };
}

function rowEntry({ cells, line }: Row, columns: readonly string[], source: string): Entry {
  if (cells.length > columns.length) {
    throw new SampleError(`${source}:${line}`, `${cells.length} cells under the ${columns.length} columns`, {
      hint: 'quote cells that hold the separator',
    });
  }
  return { line, cell: (column) => cells[columns.indexOf(column)] };
}

function jsonEntries(text: string, source: string): Entries {
  const columns = new Set<string>();
  const entries = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((row, i) => ({ row: row.trim(), line: i + 1 }))
    .filter(({ row }) => row !== '')
    .map(({ row, line }): Entry => {
      const value = parseObject(row, `${source}:${line}`);
      for (const key of Object.keys(value)) columns.add(key);
      return { line, cell: (column) => asCell(value[column], column, `${source}:${line}`) };
    });
  return { columns: [...columns], entries };
}

function parseObject(text: string, where: string): Readonly<Record<string, unknown>> {
  const hint = 'write one object a line: {"path": "a.wav", "text": "hello"}';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SampleError(where, `not JSON: ${(cause as Error).message}`, { hint, cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new SampleError(where, 'not an object', { hint });
}

function asCell(value: unknown, column: string, where: string): Cell {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new SampleError(where, `'${column}' is ${JSON.stringify(value)}, neither text nor a number`);
}

/** @throws ConfigError when the options name a column that is not there */
function findColumn(
  key: 'audio' | 'text' | 'label',
  wanted: string | undefined,
  usual: readonly string[],
  columns: readonly string[],
  source: string,
): string | undefined {
  if (wanted === undefined) return usual.find((column) => columns.includes(column));
  if (columns.includes(wanted)) return wanted;
  throw new ConfigError(`${source}: no column '${wanted}'`, { key, hint: `the columns are ${columns.join(', ')}` });
}

/** Labels as numbers where every one is written in digits, else as names. */
function rawLabels(entries: readonly Entry[], column: string): (RawLabel | undefined)[] {
  const cells = entries.map((entry) => entry.cell(column)).map((cell) => (cell === '' ? undefined : cell));
  const numbers = cells.every((cell) => cell === undefined || typeof cell === 'number' || /^\d+$/.test(cell));
  return numbers ? cells.map((cell) => (cell === undefined ? undefined : Number(cell))) : cells;
}

/** Common Voice keeps its recordings in `clips`, beside the tables. */
const isCommonVoice = (columns: readonly string[]): boolean =>
  ['client_id', 'path', 'sentence'].every((column) => columns.includes(column));
