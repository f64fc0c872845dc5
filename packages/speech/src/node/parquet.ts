import { findColumn, type Dataset } from '@d2v/core';
import { fileColumn, openParquetRows, parquetLabelLists, parquetLabels } from '@d2v/core/node';
import { bytesSource, type ByteSource } from '../audio/bytes.js';
import type { AudioItem } from '../audio/item.js';
import { audioLength, openAudio } from '../audio/open.js';
import { textColumns, type ParquetOptions } from '../dataset/options.js';
import { selectRecordings } from '../dataset/selection.js';
import { fileSource } from './file-source.js';

/**
 * The reader `parquet`: encoded recordings, transcripts and labels of one file or a folder of files, in alphabetical order.
 * @throws ConfigError when there are no files or columns, SampleError when a file, row or label is wrong
 */
export async function openParquet(options: ParquetOptions): Promise<Dataset<AudioItem>> {
  const { path } = options;
  const rows = await openParquetRows(path);
  const audio = fileColumn(rows, 'audio', options.audio, path);
  const columns = rows.columns.map(({ name }) => name);
  const text = findColumn('text', options.text, textColumns, columns, path);
  const several = options.labels === undefined ? undefined : await parquetLabelLists(rows, options, path);
  const single = several ? undefined : await parquetLabels(rows, options, path);
  const classes = (several ?? single)?.classes;
  const transcripts = text === undefined ? undefined : await rows.column(text);
  const transcript = transcripts && ((index: number): string => String(transcripts[index] ?? '').trim());
  const stored = rows.files(audio, options.cacheMegabytes * 2 ** 20);
  const source = async (index: number): Promise<{ bytes: ByteSource; name: string }> => {
    const { name, bytes, path: file } = await stored(index);
    return { name, bytes: bytes ? bytesSource(bytes) : await fileSource(file!, name) };
  };
  const dataset: Dataset<AudioItem> = {
    size: rows.size,
    ...(classes && { classes }),
    ...(single && { label: (index: number) => single.labels[index]! }),
    name: rows.name,
    ...(transcript && { annotation: transcript }),
    length: async (index) => {
      const { bytes, name } = await source(index);
      return audioLength(bytes, name);
    },
    read: async (index) => {
      const { bytes, name } = await source(index);
      return openAudio(bytes, {
        name,
        ...(transcript && { transcript: transcript(index) }),
        ...(single && { label: single.labels[index]! }),
        ...(several && { labels: several.labels[index]! }),
      });
    },
  };
  return selectRecordings(dataset, options);
}
