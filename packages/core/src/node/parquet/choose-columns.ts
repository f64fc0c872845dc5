import { numberLabels, type Labels, type RawLabel } from '../../dataset/labels.js';
import { columnsHint, findColumn } from '../../dataset/table.js';
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
  const names = columns.map(({ name }) => name);
  throw new ConfigError(`${source}: no column ${wanted === undefined ? '' : `'${wanted}' `}of encoded files`, {
    key,
    hint: `its cells are bytes, or {bytes, path}; ${columnsHint(names)}`,
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
  { label, classes }: { label?: string | undefined; classes?: readonly string[] | undefined },
  source: string,
): Promise<Labels | undefined> {
  const names = rows.columns.map(({ name }) => name);
  const column = findColumn('label', label, ['label'], names, source);
  if (column !== undefined) {
    const raw = (await rows.column(column)).map(asLabel);
    return numberLabels(raw, classes ?? rows.classNames(column), rows.name);
  }
  if (!classes) return undefined;
  throw new ConfigError(`classes: ${source} has no column of labels`, { key: 'classes', hint: 'set `label`' });
}

function asLabel(value: unknown): RawLabel | undefined {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? undefined : Number(value);
}
