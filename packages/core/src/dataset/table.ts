import { ConfigError, SampleError } from '../errors.js';
import { parseDelimited, type DelimitedOptions } from './delimited.js';

/** A row of a table, before anyone knows which of its cells is what. */
export interface TableRow {
  /** File and line, or file and row: what errors call it. */
  readonly name: string;
  /** Counts from 1; of a cell that spans lines, the first. */
  readonly line: number;
  readonly cells: Readonly<Record<string, unknown>>;
}

/** A delimited table and where its column names come from. */
export interface TableOptions extends DelimitedOptions {
  /** Column names of a file without a header; numbered: '0', '1', …; default: the first row. */
  readonly header?: readonly string[] | 'numbered';
}

/**
 * The rows of a delimited table. A row with more or fewer cells than there are columns comes as a SampleError that names
 * source:line; rows of empty cells alone are left out.
 *
 * @throws SampleError naming source:line where quotes are wrong, so that rows cannot be told apart
 */
export function parseTable(text: string, options: TableOptions, source: string): (TableRow | SampleError)[] {
  let columns = options.header;
  const rows: (TableRow | SampleError)[] = [];
  for (const { cells, line } of parseDelimited(text, options, source)) {
    if (cells.every((cell) => cell.trim() === '')) continue;
    if (columns === undefined) {
      columns = cells.map((cell) => cell.trim());
      continue;
    }
    if (columns === 'numbered') columns = cells.map((_, column) => String(column));
    const name = `${source}:${line}`;
    if (cells.length === columns.length) {
      rows.push({ name, line, cells: Object.fromEntries(columns.map((column, i) => [column, cells[i]!])) });
    } else {
      const problem = `${cells.length} cells under the ${columns.length} columns`;
      rows.push(
        new SampleError(name, problem, { hint: 'write every cell of a row, and quote those with the separator' }),
      );
    }
  }
  return rows;
}

/**
 * A line of JSON lines as a row's cells.
 *
 * @param hint what a line should look like
 * @throws SampleError when the text is not a JSON object
 */
export function parseJsonObject(text: string, where: string, hint: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SampleError(where, `not JSON: ${(cause as Error).message}`, { hint, cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new SampleError(where, 'not a JSON object', { hint });
}

/** The names of all columns that rows have, in the order of their first appearance. */
export function tableColumns(rows: Iterable<TableRow>): string[] {
  const columns = new Set<string>();
  for (const { cells } of rows) for (const column of Object.keys(cells)) columns.add(column);
  return [...columns];
}

/**
 * The column that an option names, else the first with a usual name; undefined where there is none of these.
 *
 * @param key the option
 * @param source what errors call the table
 * @throws ConfigError when the option names a column that is not there
 */
export function findColumn(
  key: string,
  wanted: string | undefined,
  usual: readonly string[],
  columns: readonly string[],
  source: string,
): string | undefined {
  if (wanted === undefined) return usual.find((column) => columns.includes(column));
  if (columns.includes(wanted)) return wanted;
  throw new ConfigError(`${source}: no column '${wanted}'`, { key, hint: columnsHint(columns) });
}

/** A hint that lists the columns there are. */
export function columnsHint(columns: readonly string[]): string {
  return `the columns are ${columns.slice(0, 12).join(', ')}${columns.length > 12 ? ', …' : ''}`;
}
