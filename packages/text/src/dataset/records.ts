import { ConfigError, RandomStream, SampleError, type Dataset } from '@d2v/core';
import type { TextItem } from '../sample.js';

/** A row of a table, before anyone knows which of its cells is what. */
export interface TextRecord {
  /** File and line, or file and row. */
  readonly name: string;
  readonly cells: Readonly<Record<string, unknown>>;
}

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

export interface Selection {
  readonly onBadRow: 'stop' | 'skip';
  readonly fraction?: number | undefined;
  readonly seed: number;
  readonly complement: boolean;
  readonly limit?: number | undefined;
}

/** Texts in memory. */
export interface TextDataset extends Dataset<TextItem> {
  /** Rows that were left out because they could not be read. */
  readonly skipped: number;
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
  selection: Selection,
  source: string,
): TextDataset {
  const rows: { name: string; text: string; pair?: string; label?: string }[] = [];
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
      rows.push(cellsOf(record, columns));
    });
  }
  const classes = columns.label === undefined || columns.labels === 'number' ? undefined : classesOf(rows, columns);
  const places = classes && new Map(classes.map((name, place) => [name, place]));
  const items: TextItem[] = [];
  for (const { name, text, pair, label } of rows) {
    attempt(() => {
      const value = label === undefined ? undefined : labelOf(label, name, places);
      items.push({ name, text, ...(pair !== undefined && { pair }), ...(value !== undefined && { label: value }) });
    });
  }
  const chosen = select(items, selection, classes !== undefined);
  if (chosen.length === 0) {
    throw new ConfigError(`${source} holds no texts${skipped ? `, ${skipped} rows were skipped` : ''}`, {
      key: 'path',
      hint: 'check the file and the options limit and fraction',
    });
  }
  return {
    size: chosen.length,
    skipped,
    name: (index) => chosen[index]!.name,
    ...(classes && { classes, label: (index: number) => chosen[index]!.label! }),
    read: (index) => Promise.resolve(chosen[index]!),
  };
}

function cellsOf({ name, cells }: TextRecord, { text, pair, label, classNames }: RecordColumns) {
  const cell = (column: string): string => {
    const value = cells[column];
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
    throw new SampleError(name, `has no '${column}'`, {
      hint: `its columns are ${Object.keys(cells).slice(0, 12).join(', ')}`,
    });
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

function classesOf(rows: readonly { label?: string }[], { classes }: RecordColumns): readonly string[] {
  const twice = classes?.find((name, place) => classes.indexOf(name) !== place);
  if (twice !== undefined) throw new ConfigError(`classes: '${twice}' is there twice`, { key: 'classes' });
  if (classes) return classes;
  const found = [...new Set(rows.map(({ label }) => label!))];
  const numbers = found.every((label) => /^\d+$/.test(label));
  if (numbers) {
    const most = found.reduce((highest, label) => Math.max(highest, Number(label)), -1);
    return Array.from({ length: most + 1 }, (_, i) => String(i));
  }
  return found.sort((a, b) => (a < b ? -1 : 1));
}

function labelOf(written: string, name: string, places: ReadonlyMap<string, number> | undefined): number {
  if (!places) {
    const value = Number(written);
    if (written.trim() !== '' && Number.isFinite(value)) return value;
    throw new SampleError(name, `label '${written}' is not a number`);
  }
  const place = places.get(written);
  if (place !== undefined) return place;
  throw new SampleError(name, `label '${written}' is not one of the ${places.size} classes`, {
    hint: `the classes are ${[...places.keys()].slice(0, 10).join(', ')}${places.size > 10 ? ', …' : ''}`,
  });
}

function select(items: readonly TextItem[], selection: Selection, byClass: boolean): readonly TextItem[] {
  const { fraction, seed, complement, limit } = selection;
  if (fraction === undefined) return limit === undefined ? items : items.slice(0, limit);
  const groups = new Map<number | undefined, number[]>();
  items.forEach(({ label }, index) => {
    const key = byClass ? label : undefined;
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  });
  const chosen = [...groups].flatMap(([label, group]) => {
    const wanted = Math.max(1, Math.round(group.length * fraction));
    const order = new RandomStream([seed, 'fraction', label ?? 'all']).permutation(group.length);
    return Array.from(complement ? order.subarray(wanted) : order.subarray(0, wanted), (place) => group[place]!);
  });
  return chosen
    .sort((a, b) => a - b)
    .slice(0, limit)
    .map((index) => items[index]!);
}
