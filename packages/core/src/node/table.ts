import { CSV, TSV } from '../dataset/delimited.js';
import { parseJsonObject, parseTable, type TableOptions, type TableRow } from '../dataset/table.js';
import { SampleError } from '../errors.js';
import { readLines, readText } from './lines.js';

/** How a table is written: comma- or tab-separated values with a header, or one JSON object a line. */
export type TableFormat = 'csv' | 'tsv' | 'jsonl';

const formats: Readonly<Record<string, TableFormat>> = {
  csv: 'csv',
  tsv: 'tsv',
  jsonl: 'jsonl',
  json: 'jsonl',
  ndjson: 'jsonl',
};

/** The format that a file's extension tells, with or without .gz; undefined where it tells none. */
export function tableFormat(path: string): TableFormat | undefined {
  const extension = /\.([a-z]+)(?:\.gz)?$/i.exec(path)?.[1];
  return extension === undefined ? undefined : formats[extension.toLowerCase()];
}

/**
 * The rows of a table file, plain or gzipped. A row that is wrong comes as a SampleError that names file:line.
 *
 * @param example what a line of JSON lines should look like, for errors
 * @throws SampleError when the file cannot be read, or its rows cannot be told apart
 */
export async function readTable(
  path: string,
  format: TableFormat,
  example: string,
): Promise<(TableRow | SampleError)[]> {
  if (format === 'jsonl') return readJsonLines(path, example);
  return readDelimited(path, format === 'csv' ? CSV : TSV);
}

/** As `readTable`, of delimited text. */
export async function readDelimited(path: string, options: TableOptions): Promise<(TableRow | SampleError)[]> {
  return parseTable(await readText(path), options, path);
}

/** As `readTable`, of JSON lines; empty lines are left out. */
export async function readJsonLines(path: string, example: string): Promise<(TableRow | SampleError)[]> {
  const rows: (TableRow | SampleError)[] = [];
  for await (const each of readLines(path)) {
    if (each instanceof SampleError) rows.push(each);
    else if (each.text.trim() !== '') rows.push(jsonRow(each.text, `${path}:${each.line}`, each.line, example));
  }
  return rows;
}

function jsonRow(text: string, name: string, line: number, example: string): TableRow | SampleError {
  try {
    return { name, line, cells: parseJsonObject(text, name, `write one object a line: ${example}`) };
  } catch (error) {
    if (error instanceof SampleError) return error;
    throw error;
  }
}

/** The rows of a table of which none may be wrong. @throws SampleError the first that is wrong */
export function requireRows(rows: readonly (TableRow | SampleError)[]): TableRow[] {
  return rows.map((row) => {
    if (row instanceof SampleError) throw row;
    return row;
  });
}
