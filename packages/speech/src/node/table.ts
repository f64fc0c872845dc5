import { basename, dirname, join, resolve } from 'node:path';
import {
  columnsHint,
  ConfigError,
  findColumn,
  numberLabels,
  SampleError,
  tableColumns,
  type Dataset,
  type TableRow,
} from '@d2v/core';
import { readTable, requireRows, tableFormat, type TableFormat } from '@d2v/core/node';
import type { AudioItem } from '../audio/item.js';
import { textColumns, type TableOptions } from '../dataset/options.js';
import { selectRecordings } from '../dataset/selection.js';
import { audioDataset } from './audio-files.js';

const audioColumns = ['path', 'audio', 'audio_filepath', 'file', 'filename'];

/**
 * The reader `table`: CSV, TSV or JSON lines with a path and a transcript or label in each line.
 *
 * @throws ConfigError when there is no such column or no line; SampleError naming file:line when a line or label is
 *   wrong; recordings are looked for when they are read
 */
export async function openTable(options: TableOptions): Promise<Dataset<AudioItem>> {
  const { path: source, classes } = options;
  const rows = requireRows(await readTable(source, formatOf(options), '{"path": "a.wav", "text": "hello"}'));
  if (rows.length === 0) throw new ConfigError(`${source} lists no recordings`, { key: 'path' });
  const columns = tableColumns(rows);
  const audio = findColumn('audio', options.audio, audioColumns, columns, source);
  if (audio === undefined) {
    throw new ConfigError(`${source}: no column of paths`, {
      key: 'audio',
      hint: `name it in \`audio\`; ${columnsHint(columns)}`,
    });
  }
  const text = findColumn('text', options.text, textColumns, columns, source);
  const label = findColumn('label', options.label, ['label'], columns, source);
  if (classes && label === undefined) {
    throw new ConfigError(`classes: ${source} has no column of labels`, { key: 'classes', hint: 'set `label`' });
  }
  const raw = label === undefined ? undefined : rows.map((row) => cell(row, label));
  const labels = raw && numberLabels(raw, classes, (row) => rows[row]!.name);
  const folder = options.folder ?? (isCommonVoice(columns) ? join(dirname(source), 'clips') : dirname(source));
  const files = rows.map((row, i) => {
    const path = String(cell(row, audio) ?? '');
    if (path === '') throw new SampleError(row.name, `no path in column '${audio}'`, { hint: 'remove the line' });
    return {
      path: resolve(folder, path),
      name: `${path} (${basename(source)}:${row.line})`,
      ...(text !== undefined && { transcript: String(cell(row, text) ?? '') }),
      ...(labels && { label: labels.labels[i]! }),
    };
  });
  return selectRecordings(audioDataset(files, labels?.classes), options);
}

function formatOf({ path, format }: TableOptions): TableFormat {
  const found = format === 'auto' ? tableFormat(path) : format;
  if (found) return found;
  throw new ConfigError(`${path}: the extension does not tell how the file is written`, {
    key: 'format',
    hint: 'set format: csv, tsv or jsonl',
  });
}

/** A cell without white space around it; undefined where the row has none. */
function cell({ name, cells }: TableRow, column: string): string | number | undefined {
  const value = cells[column];
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number') return value;
  throw new SampleError(name, `'${column}' is ${JSON.stringify(value)}, neither text nor a number`);
}

/** Common Voice keeps its recordings in `clips`, beside the tables. */
const isCommonVoice = (columns: readonly string[]): boolean =>
  ['client_id', 'path', 'sentence'].every((column) => columns.includes(column));
