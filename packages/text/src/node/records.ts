import { join } from 'node:path';
import { findColumn, SampleError, tableColumns, TSV, type TableRow } from '@d2v/core';
import { openParquetRows, readDelimited, readJsonLines, readLines } from '@d2v/core/node';
import { GLUE } from '../dataset/glue.js';
import type { GlueOptions, JsonOptions, LinesOptions, ParquetOptions, TableOptions } from '../dataset/options.js';
import { recordDataset, type RecordColumns, type TextDataset, type TextRecord } from '../dataset/records.js';

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
  const rows = await readJsonLines(options.path, '{"text": "…", "label": "…"}');
  return recordDataset(rows, options, options, options.path);
}

/** The reader `table`: CSV or TSV, in memory. */
export async function openTable(options: TableOptions): Promise<TextDataset> {
  const { path, delimiter, quotes, header } = options;
  const rows = await readDelimited(path, { delimiter, quotes, ...(!header && { header: 'numbered' }) });
  requireColumns(rows, options, path);
  return recordDataset(rows, options, options, path);
}

/** The reader `glue`: the TSV files of GLUE's tasks, in memory. A split without labels, as `test`, is unlabelled. */
export async function openGlue(options: GlueOptions): Promise<TextDataset> {
  const layout = GLUE[options.task];
  const path = join(options.path, `${options.split}.tsv`);
  const test = options.split.startsWith('test');
  const rows = await readDelimited(path, { ...TSV, ...(!test && layout.header && { header: layout.header }) });
  const labelled = !test || tableColumns(good(rows)).includes(layout.label);
  const columns = { ...layout, label: labelled ? layout.label : undefined };
  requireColumns(rows, columns, path);
  return recordDataset(rows, columns, options, path);
}

/** The reader `parquet`: one file or a folder of them, in alphabetical order, in memory. */
export async function openParquet(options: ParquetOptions): Promise<TextDataset> {
  const { path, label } = options;
  const rows = await openParquetRows(path);
  const there = rows.columns.map(({ name }) => name);
  const columns = new Map<string, readonly unknown[]>();
  for (const key of ['text', 'pair', 'label'] as const) {
    const column = findColumn(key, options[key], [], there, path);
    if (column !== undefined) columns.set(column, await rows.column(column));
  }
  const records = Array.from({ length: rows.size }, (_, row): TextRecord => {
    const cells = Object.fromEntries([...columns].map(([column, values]) => [column, values[row]]));
    return { name: rows.name(row), cells };
  });
  const classes = options.classes ?? (label === undefined ? undefined : rows.classNames(label));
  return recordDataset(records, { ...options, classes }, options, path);
}

/** @throws ConfigError naming the option whose column no row has */
function requireColumns(rows: readonly (TableRow | SampleError)[], columns: RecordColumns, path: string): void {
  const there = tableColumns(good(rows));
  if (there.length === 0) return;
  for (const key of ['text', 'pair', 'label'] as const) findColumn(key, columns[key], [], there, path);
}

const good = (rows: readonly (TableRow | SampleError)[]): TableRow[] =>
  rows.filter((row): row is TableRow => !(row instanceof SampleError));
