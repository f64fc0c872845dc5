import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { alphabetical, ConfigError, SampleError, type Dataset } from '@d2v/core';
import { listFolder, readText } from '@d2v/core/node';
import type { AudioItem } from '../audio/item.js';
import type { LibrispeechOptions } from '../dataset/options.js';
import { selectRecordings } from '../dataset/selection.js';
import { audioDataset, audioFiles, type AudioFile } from './audio-files.js';

/**
 * The reader `librispeech`: in every folder with a *.trans.txt, lines `ID TRANSCRIPT` of the recordings ID.flac (or
 * another extension) beside it.
 *
 * @throws ConfigError when there is no *.trans.txt; SampleError naming file:line when a line is wrong; recordings are
 *   looked for when they are read
 */
export async function openLibrispeech(options: LibrispeechOptions): Promise<Dataset<AudioItem>> {
  const { path } = options;
  await listFolder(path, audioFiles); // says why a folder cannot be listed
  const lists = (await readdir(path, { recursive: true })).filter((name) => name.endsWith('.trans.txt'));
  if (lists.length === 0) {
    throw new ConfigError(`no *.trans.txt below ${path}`, {
      key: 'path',
      hint: 'give the folder that the archive unpacks to, such as LibriSpeech/dev-clean',
    });
  }
  const files: AudioFile[] = [];
  for (const name of alphabetical(lists)) {
    for (const file of await listed(join(path, name))) files.push(file);
  }
  return selectRecordings(audioDataset(files), options);
}

async function listed(source: string): Promise<AudioFile[]> {
  const folder = dirname(source);
  const there = new Map(
    (await listFolder(folder, audioFiles)).files.map((file) => [basename(file, extname(file)), file]),
  );
  const files: AudioFile[] = [];
  for (const [row, line] of (await readText(source)).split('\n').entries()) {
    if (line.trim() === '') continue;
    const where = `${basename(source)}:${row + 1}`;
    const match = /^(\S+)\s+(.*\S)\s*$/.exec(line);
    if (!match) {
      throw new SampleError(`${source}:${row + 1}`, `'${line}' is not a recording's name and its transcript`, {
        hint: 'write the name without extension, a space and the words',
      });
    }
    const [, id = '', transcript = ''] = match;
    const path = there.get(id) ?? join(folder, `${id}.flac`);
    files.push({ path, name: `${path} (${where})`, transcript });
  }
  return files;
}
