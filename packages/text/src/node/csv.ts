import { readFile } from 'node:fs/promises';
import { ConfigError, SampleError, type Dataset } from '@d2v/core';
import { csvSchema, type CsvOptions } from '../dataset/kinds.js';
import type { SignalItem } from '../signal.js';

/** A line of the file that is not empty. */
interface Row {
  readonly cells: readonly string[];
  /** Counts from 1. */
  readonly line: number;
}

/**
 * The reader `csv`: one recording a row, a header where the first row holds anything but numbers. Rows may differ in
 * length; empty cells at their end are left out.
 *
 * @throws ConfigError when there are no rows or no such label column; SampleError when the file cannot be read or, on
 *   reading a sample, when a cell is not a number
 */
export async function openCsv({ path, label, delimiter }: CsvOptions): Promise<Dataset<SignalItem>> {
  const rows = await readRows(path, delimiter);
  const header = rows[0]?.cells.some((cell) => !isNumber(cell)) ? rows.shift() : undefined;
  if (rows.length === 0) throw new ConfigError(`${path} holds no recordings`, { key: 'path' });
  const column = label === undefined ? -1 : (header?.cells.indexOf(label) ?? -1);
  if (label !== undefined && column < 0) {
    throw new ConfigError(`${path} has no column '${label}'`, {
      key: 'label',
      hint: header ? `its columns are ${header.cells.slice(0, 8).join(', ')}` : 'its first line is no header',
    });
  }
  const classes = [...new Set(rows.map(({ cells }) => cells[column] ?? ''))].sort();
  const name = (index: number): string => `${path}:${rows[index]!.line}`;
  const labelOf = (index: number): number => classes.indexOf(rows[index]!.cells[column] ?? '');
  return {
    size: rows.length,
    name,
    ...(label !== undefined && { classes, label: labelOf }),
    read: async (index) => ({
      name: name(index),
      values: await Promise.resolve(numbers(rows[index]!, column, name(index))),
      ...(label !== undefined && { label: labelOf(index) }),
    }),
  };
}

/**
 * The recordings of several CSV files, unlabelled.
 *
 * @throws as `openCsv`
 */
export async function openFiles(paths: readonly string[]): Promise<Dataset<SignalItem>> {
  const files = await Promise.all(paths.map((path) => openCsv(csvSchema.parse({ path }))));
  const places = files.flatMap((file) => Array.from({ length: file.size }, (_, index) => ({ file, index })));
  return {
    size: places.length,
    name: (i) => places[i]!.file.name(places[i]!.index),
    read: (i) => places[i]!.file.read(places[i]!.index),
  };
}

async function readRows(path: string, delimiter: string): Promise<Row[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new SampleError(path, (cause as Error).message, { hint: 'check the path', cause });
  }
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, i) => ({ cells: line.split(delimiter).map(cellText), line: i + 1 }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
}

const cellText = (cell: string): string => cell.trim().replace(/^"(.*)"$/, '$1');

const isNumber = (cell: string): boolean => cell === '' || Number.isFinite(Number(cell));

/** The row's values without its label. */
function numbers({ cells }: Row, label: number, name: string): Float32Array {
  const kept = cells.map((cell, column) => ({ cell, column })).filter(({ column }) => column !== label);
  while (kept.length > 0 && kept[kept.length - 1]!.cell === '') kept.pop();
  return Float32Array.from(kept, ({ cell, column }) => {
    if (cell !== '' && isNumber(cell)) return Number(cell);
    throw new SampleError(name, `column ${column + 1} is '${cell}', not a number`, {
      hint: 'correct the file, or name the column of the class names in `label`',
    });
  });
}
