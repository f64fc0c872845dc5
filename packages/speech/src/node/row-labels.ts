import { labelList, numberLabelLists, numberLabels, SampleError, type LabelColumn, type TableRow } from '@d2v/core';
import type { About } from '../audio/item.js';
import type { TableOptions } from '../dataset/options.js';

/** The classes of a table's rows. */
export interface RowLabels {
  readonly classes: readonly string[];
  /** The class of a row, or its classes. */
  of(row: number): Pick<About, 'label' | 'labels'>;
}

/**
 * Numbers the labels of a column.
 * @throws SampleError naming file:line of a label that is wrong
 */
export function rowLabels(
  rows: readonly TableRow[],
  { name, lists }: LabelColumn,
  { classes, labelSeparator }: Pick<TableOptions, 'classes' | 'labelSeparator'>,
): RowLabels {
  const where = (row: number): string => rows[row]!.name;
  if (!lists) {
    const found = numberLabels(rows.map((row) => cell(row, name)), classes, where); // prettier-ignore
    return { classes: found.classes, of: (row) => ({ label: found.labels[row]! }) };
  }
  const cells = rows.map((row) => labelList(row.cells[name], labelSeparator, row.name));
  const found = numberLabelLists(cells, classes, where);
  return { classes: found.classes, of: (row) => ({ labels: found.labels[row]! }) };
}

/** A cell without white space around it; undefined where the row has none. */
export function cell({ name, cells }: TableRow, column: string): string | number | undefined {
  const value = cells[column];
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number') return value;
  throw new SampleError(name, `'${column}' is ${JSON.stringify(value)}, neither text nor a number`);
}
