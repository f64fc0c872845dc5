import { basename, dirname, join, resolve } from 'node:path';
import {
  columnsHint,
  ConfigError,
  findColumn,
  findLabelColumn,
  SampleError,
  tableColumns,
  type Dataset,
} from '@d2v/core';
import { readTable, requireRows, tableFormat, type TableFormat } from '@d2v/core/node';
import type { AudioItem } from '../audio/item.js';
import { textColumns, type TableOptions } from '../dataset/options.js';
import { selectRecordings } from '../dataset/selection.js';
import { audioDataset } from './audio-files.js';
import { cell, rowLabels } from './row-labels.js';

const audioColumns = ['path', 'audio', 'audio_filepath', 'file', 'filename'];

/**
 * The reader `table`: CSV, TSV or JSON lines with a path and a transcript or label in each line.
 *
 * @throws ConfigError when there is no such column or no line; SampleError naming file:line when a line or label is
 *   wrong; recordings are looked for when they are read
 */
export async function openTable(options: TableOptions): Promise<Dataset<AudioItem>> {
  const { path: source } = options;
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
  const labelled = findLabelColumn(options, columns, source);
  const labels = labelled && rowLabels(rows, labelled, options);
  const folder = options.folder ?? (isCommonVoice(columns) ? join(dirname(source), 'clips') : dirname(source));
  const files = rows.map((row, i) => {
    const path = String(cell(row, audio) ?? '');
    if (path === '') throw new SampleError(row.name, `no path in column '${audio}'`, { hint: 'remove the line' });
    return {
      path: resolve(folder, path),
      name: `${path} (${basename(source)}:${row.line})`,
      ...(text !== undefined && { transcript: String(cell(row, text) ?? '') }),
      ...labels?.of(i),
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

/** Common Voice keeps its recordings in `clips`, beside the tables. */
const isCommonVoice = (columns: readonly string[]): boolean =>
  ['client_id', 'path', 'sentence'].every((column) => columns.includes(column));
