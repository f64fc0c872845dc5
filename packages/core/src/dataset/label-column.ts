import { ConfigError } from '../errors.js';
import { findColumn } from './table.js';

/** The options of a reader that say where its labels are. */
export interface LabelOptions {
  readonly label?: string | undefined;
  readonly labels?: string | undefined;
  readonly classes?: readonly string[] | undefined;
}

/** The column of a table's labels. */
export interface LabelColumn {
  readonly name: string;
  /** Whether a cell lists any number of labels. */
  readonly lists: boolean;
}

/**
 * The column that `labels` or `label` names, else the column 'label'; undefined where there is none.
 *
 * @param source what errors call the table
 * @throws ConfigError when both are given, there is no such column, or classes are named but no column of labels is
 */
export function findLabelColumn(
  { label, labels, classes }: LabelOptions,
  columns: readonly string[],
  source: string,
): LabelColumn | undefined {
  if (labels !== undefined) {
    if (label === undefined) return { name: findColumn('labels', labels, [], columns, source)!, lists: true };
    throw new ConfigError(`labels: ${source} cannot be read with one label a sample and with lists of them`, {
      key: 'labels',
      hint: 'give either `label` or `labels`',
    });
  }
  const name = findColumn('label', label, ['label'], columns, source);
  if (name !== undefined) return { name, lists: false };
  if (!classes) return undefined;
  throw new ConfigError(`classes: ${source} has no column of labels`, { key: 'classes', hint: 'set `label`' });
}
