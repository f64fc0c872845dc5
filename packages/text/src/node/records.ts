import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { ConfigError, SampleError } from '@d2v/core';
import { parseCsv, type CsvOptions } from '../dataset/csv.js';
import { GLUE } from '../dataset/glue.js';
import type { GlueOptions, JsonOptions, LinesOptions, ParquetOptions, TableOptions } from '../dataset/options.js';
import { recordDataset, type RecordColumns, type TextDataset, type TextRecord } from '../dataset/records.js';
import { fileError } from './file-error.js';
import { readLines, readText } from './lines.js';

/** The reader `lines`: one text a line or document, in memory; empty ones are left out. */
export async function openLines(options: LinesOptions): Promise<TextDataset> {
  const { path, samples } = options;
  const records: (TextRecord | SampleError)[] = [];
  let document: { text: string; line: number } | undefined;
  const finish = (): void => {
    if (document) records.push({ name: `${path}:${document.line}`, cells: { text: document.text } });
    document = undefined;
  };
  for await (const each of readLines(path)) {
    if (each instanceof SampleError) records.push(each);
    else if (each.text.trim() === '') finish();
    else {
      document = document ? { ...document, text: `${document.text}\n${each.text}` } : { ...each };
      if (samples === 'line') finish();
    }
  }
  finish();
  return recordDataset(records, { text: 'text', labels: 'class' }, options, path);
}

/** The reader `json`: one JSON object a line, in memory. */
export async function openJson(options: JsonOptions): Promise<TextDataset> {
  const records: (TextRecord | SampleError)[] = [];
  for await (const each of readLines(options.path)) {
    if (each instanceof SampleError) records.push(each);
    else if (each.text.trim() !== '') records.push(jsonRecord(each.text, `${options.path}:${each.line}`));
  }
  return recordDataset(records, options, options, options.path);
}

function jsonRecord(text: string, name: string): TextRecord | SampleError {
  try {
    const cells: unknown = JSON.parse(text);
    if (typeof cells === 'object' && cells !== null) return { name, cells: cells as Record<string, unknown> };
    return new SampleError(name, 'is not a JSON object', { hint: 'write {"text": "…", "label": "…"}' });
  } catch (cause) {
    return new SampleError(name, `is not JSON: ${(cause as Error).message}`, { cause });
  }
}

/** The reader `table`: CSV or TSV, in memory. */
export async function openTable(options: TableOptions): Promise<TextDataset> {
  const records = await tableRecords(options.path, options, options.header ? undefined : []);
  return recordDataset(records, checkedColumns(records, options, options.path), options, options.path);
}

/** The reader `glue`: the TSV files of GLUE's tasks, in memory. A split without labels, as `test`, is unlabelled. */
export async function openGlue(options: GlueOptions): Promise<TextDataset> {
  const layout = GLUE[options.task];
  const path = join(options.path, `${options.split}.tsv`);
  const header = options.split.startsWith('test') ? undefined : layout.header;
  const records = await tableRecords(path, { delimiter: '\t', quotes: false }, header);
  const labelled = records.some((record) => !(record instanceof SampleError) && layout.label in record.cells);
  const columns = { ...layout, label: labelled || !options.split.startsWith('test') ? layout.label : undefined };
  return recordDataset(records, checkedColumns(records, columns, path), options, path);
}

/**
 * A table's rows as records.
 *
 * @param header column names of a file without them; [] numbers the columns; absent: the first row
 */
async function tableRecords(
  path: string,
  csv: CsvOptions,
  header?: readonly string[],
): Promise<(TextRecord | SampleError)[]> {
  const text = await readText(path);
  let names = header;
  const records: (TextRecord | SampleError)[] = [];
  for (const { cells, line } of parseCsv(text, csv, path)) {
    if (!names) {
      names = cells.map((cell) => cell.trim());
      continue;
    }
    if (names.length === 0) names = cells.map((_, column) => String(column));
    const name = `${path}:${line}`;
    if (cells.length < names.length) {
      const problem = `has ${cells.length} of ${names.length} columns`;
      records.push(new SampleError(name, problem, { hint: 'correct the row, or set onBadRow: skip' }));
      continue;
    }
    records.push({ name, cells: Object.fromEntries(names.map((column, i) => [column, cells[i]!])) });
  }
  return records;
}

/** @throws ConfigError naming the option whose column no row has */
function checkedColumns(
  records: readonly (TextRecord | SampleError)[],
  columns: RecordColumns,
  path: string,
): RecordColumns {
  const first = records.find((record): record is TextRecord => !(record instanceof SampleError));
  if (!first) return columns;
  for (const key of ['text', 'pair', 'label'] as const) {
    const column = columns[key];
    if (column === undefined || column in first.cells) continue;
    throw new ConfigError(`${path} has no column '${column}'`, {
      key,
      hint: `its columns are ${Object.keys(first.cells).slice(0, 12).join(', ')}`,
    });
  }
  return columns;
}

/** The reader `parquet`: one file or a folder of them, in alphabetical order, in memory. */
export async function openParquet(options: ParquetOptions): Promise<TextDataset> {
  const columns = [options.text, options.pair, options.label].filter((column) => column !== undefined);
  const records: TextRecord[] = [];
  for (const path of await parquetFiles(options.path)) {
    const file = await asyncBufferFromFile(path).catch((cause: unknown) => {
      throw fileError(cause, path);
    });
    let rows: Record<string, unknown>[];
    try {
      rows = await parquetReadObjects({ file, columns, compressors });
    } catch (cause) {
      throw new SampleError(path, `cannot be read as Parquet (${(cause as Error).message})`, {
        hint: `check the file, and that it has the columns ${columns.join(', ')}`,
        cause,
      });
    }
    rows.forEach((cells, row) => records.push({ name: `${path} row ${row}`, cells }));
  }
  return recordDataset(records, checkedColumns(records, options, options.path), options, options.path);
}

async function parquetFiles(path: string): Promise<string[]> {
  const kind = await stat(path).catch((cause: unknown) => {
    throw fileError(cause, path);
  });
  if (!kind.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith('.parquet')).sort();
  if (names.length > 0) return names.map((name) => join(path, name));
  throw new ConfigError(`no .parquet files in ${path}`, { key: 'path' });
}
