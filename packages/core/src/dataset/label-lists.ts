import { SampleError } from '../errors.js';
import { classNumbers, type RawLabel } from './labels.js';

/** Several labels a sample as class numbers, with the classes' names. */
export interface LabelLists {
  readonly labels: readonly Int32Array[];
  readonly classes: readonly string[];
}

/**
 * The labels that a cell of a table lists: a list of names or class numbers, or text with `separator` between them. An
 * empty list or text has none.
 *
 * @param where what an error calls the cell's row
 * @throws SampleError when there is no cell, or it is neither
 */
export function labelList(cell: unknown, separator: string, where: string): RawLabel[] {
  const labels = partsOf(cell, separator)?.map((part) => (typeof part === 'string' ? part.trim() : asNumber(part)));
  if (!labels || labels.includes(undefined)) {
    throw new SampleError(where, `${described(cell)} is no list of labels`, {
      hint: `write names or class numbers as a list, or with '${separator}' between them; an empty list for none`,
    });
  }
  return labels.filter((label) => label !== undefined && label !== '') as RawLabel[];
}

/**
 * Numbers the classes of lists of labels, as `numberLabels` does for one label a sample. A label that is twice in a list
 * counts once; a list may be empty.
 *
 * @throws SampleError naming the row of a label that is unknown, or of another kind than the first; ConfigError when
 *   `classes` is empty or names a class twice
 */
export function numberLabelLists(
  raw: readonly (readonly RawLabel[])[],
  classes: readonly string[] | undefined,
  where: (row: number) => string,
): LabelLists {
  const numbers = classNumbers(raw.flat(), classes);
  const labels = raw.map((list, row) => Int32Array.from(new Set(list.map((label) => numbers.of(label, where(row))))));
  return { labels, classes: numbers.classes };
}

function partsOf(cell: unknown, separator: string): readonly unknown[] | undefined {
  if (typeof cell === 'string') return cell.split(separator);
  if (Array.isArray(cell)) return cell;
  return typeof cell === 'number' ? [cell] : undefined;
}

/** Parquet has class numbers as bigint, too. */
const asNumber = (value: unknown): number | undefined =>
  typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;

function described(cell: unknown): string {
  if (cell === undefined || cell === null) return 'nothing';
  return JSON.stringify(cell, (_, value: unknown) => asNumber(value) ?? value);
}
