import {
  classNumbers,
  columnsHint,
  ConfigError,
  SampleError,
  selectSamples,
  type Dataset,
  type Selection,
  type TableRow,
} from '@d2v/core';
import type { TextItem } from '../sample.js';

/** A row of a table, before anyone knows which of its cells is what. */
export type TextRecord = Pick<TableRow, 'name' | 'cells'>;

/** Which cells make a text. */
export interface RecordColumns {
  readonly text: string;
  readonly pair?: string | undefined;
  readonly label?: string | undefined;
  readonly labels: 'class' | 'number';
  readonly classes?: readonly string[] | undefined;
  /** Cell → class name, where files write classes as numbers. */
  readonly classNames?: Readonly<Record<string, string>>;
}

/** Which of the texts are used, and what bad ones do. */
export interface TextSelection extends Selection {
  readonly onBadRow: 'stop' | 'skip';
}

/** Texts in memory. */
export interface TextDataset extends Dataset<TextItem> {
  /** Rows that were left out because they could not be read. */
  readonly skipped: number;
}

interface Row {
  readonly name: string;
  readonly text: string;
  readonly pair?: string;
  readonly label?: string;
}

/**
 * A dataset of a table's rows.
 *
 * @throws SampleError naming the first row that lacks a text or label, or has an unknown label, unless such are skipped;
 *   ConfigError when nothing is left
 */
export function recordDataset(
  records: Iterable<TextRecord | SampleError>,
  columns: RecordColumns,
  selection: TextSelection,
  source: string,
): TextDataset {
  const rows: Row[] = [];
  let skipped = 0;
  const attempt = (read: () => void): void => {
    try {
      read();
    } catch (error) {
      if (selection.onBadRow === 'stop' || !(error instanceof SampleError)) throw error;
      skipped++;
    }
  };
  for (const record of records) {
    attempt(() => {
      if (record instanceof SampleError) throw record;
      rows.push(readRow(record, columns));
    });
  }
  const numbers =
    columns.label === undefined || columns.labels === 'number'
      ? undefined
      : classNumbers(
          rows.map(({ label }) => label),
          columns.classes,
        );
  const items: TextItem[] = [];
  for (const { name, text, pair, label } of rows) {
    attempt(() => {
      const value = columns.label === undefined ? undefined : numbers ? numbers.of(label, name) : valueOf(label, name);
      items.push({ name, text, ...(pair !== undefined && { pair }), ...(value !== undefined && { label: value }) });
    });
  }
  if (items.length === 0) {
    throw new ConfigError(`${source} holds no texts${skipped ? `, ${skipped} rows were skipped` : ''}`, {
      key: 'path',
      hint: 'check the file and the columns that the options name',
    });
  }
  const dataset: Dataset<TextItem> = {
    size: items.length,
    name: (index) => items[index]!.name,
    ...(numbers && { classes: numbers.classes, label: (index: number) => items[index]!.label! }),
    read: (index) => Promise.resolve(items[index]!),
  };
  return { ...selectSamples(dataset, selection), skipped };
}

function readRow({ name, cells }: TextRecord, { text, pair, label, classNames }: RecordColumns): Row {
  const cell = (column: string): string => {
    const value = cells[column];
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
    throw new SampleError(name, `has no '${column}'`, { hint: columnsHint(Object.keys(cells)) });
  };
  const checked = (column: string): string => {
    const value = cell(column);
    if (value.trim() === '') throw new SampleError(name, `'${column}' is empty`);
    if (value.includes('\0')) {
      throw new SampleError(name, `'${column}' holds a NUL character`, { hint: 'is the file text?' });
    }
    return value;
  };
  const written = label === undefined ? undefined : cell(label);
  return {
    name,
    text: checked(text),
    ...(pair !== undefined && { pair: checked(pair) }),
    ...(written !== undefined && { label: classNames?.[written] ?? written }),
  };
}

/** The value of a regression. */
function valueOf(written: string | undefined, name: string): number {
  const value = Number(written);
  if (written?.trim() && Number.isFinite(value)) return value;
  throw new SampleError(name, `label '${written ?? ''}' is not a number`);
}
