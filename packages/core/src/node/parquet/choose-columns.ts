import { findLabelColumn, type LabelOptions } from '../../dataset/label-column.js';
import { labelList, numberLabelLists, type LabelLists } from '../../dataset/label-lists.js';
import { numberLabels, type Labels, type RawLabel } from '../../dataset/labels.js';
import { columnsHint } from '../../dataset/table.js';
import { ConfigError } from '../../errors.js';
import type { ParquetRows } from './rows.js';

/**
 * The column of encoded files that the option `key` names, else the first.
 * @param source what errors call the table
 * @throws ConfigError when there is no such column
 */
export function fileColumn({ columns }: ParquetRows, key: string, wanted: string | undefined, source: string): string {
  const column = columns.find(({ name, holdsFiles }) => holdsFiles && (wanted === undefined || name === wanted));
  if (column) return column.name;
  throw new ConfigError(`${source}: no column ${wanted === undefined ? '' : `'${wanted}' `}of encoded files`, {
    key,
    hint: `its cells are bytes, or {bytes, path}; ${columnsHint(columns.map(({ name }) => name))}`,
  });
}

/**
 * The labels of the column that `label` names, else of the column 'label'; undefined where there is none. The classes are
 * those given, else those of the metadata, else those found.
 *
 * @param source what errors call the table
 * @throws ConfigError when there is no such column; SampleError naming the row of a wrong label
 */
export async function parquetLabels(
  rows: ParquetRows,
  options: Pick<LabelOptions, 'label' | 'classes'>,
  source: string,
): Promise<Labels | undefined> {
  const column = findLabelColumn(options, columnNames(rows), source);
  if (!column) return undefined;
  const raw = (await rows.column(column.name)).map(asLabel);
  return numberLabels(raw, options.classes ?? rows.classNames(column.name), rows.name);
}

/**
 * The lists of labels of the column that `labels` names; their classes as those of `parquetLabels`.
 *
 * @param source what errors call the table
 * @throws ConfigError when there is no such column; SampleError naming the row of a wrong list or label
 */
export async function parquetLabelLists(
  rows: ParquetRows,
  options: LabelOptions & { readonly labelSeparator: string },
  source: string,
): Promise<LabelLists> {
  const { name } = findLabelColumn(options, columnNames(rows), source)!;
  const cells = await rows.column(name);
  const lists = cells.map((cell, row) => labelList(cell, options.labelSeparator, rows.name(row)));
  return numberLabelLists(lists, options.classes ?? rows.classNames(name), rows.name);
}

const columnNames = ({ columns }: ParquetRows): string[] => columns.map(({ name }) => name);

function asLabel(value: unknown): RawLabel | undefined {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? undefined : Number(value);
}
