import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { ConfigError, SampleError, type Dataset } from '@d2v/core';
import { readText } from '@d2v/core/node';
import type { AudioItem } from '../audio/item.js';
import type { Wav2vecOptions } from '../dataset/options.js';
import { selectRecordings } from '../dataset/selection.js';
import { audioDataset, type AudioFile } from './audio-files.js';

/**
 * The reader `wav2vec`: a folder in the first line, then `path TAB samples`; line i of the .ltr or .wrd beside it is the
 * transcript of line i + 1. Lengths are taken from the list, so no file is opened for them.
 *
 * @throws SampleError naming file:line when a line is wrong or transcripts are missing; recordings are looked for when
 *   they are read
 */
export async function openWav2vec(options: Wav2vecOptions): Promise<Dataset<AudioItem>> {
  const { path: source } = options;
  const [root = '', ...lines] = await linesOf(source);
  if (lines.length === 0) {
    throw new ConfigError(`${source} lists no recordings`, {
      key: 'path',
      hint: 'write the audio folder in the first line, then a path, a tab and a number of samples a line',
    });
  }
  const folder = resolve(dirname(source), options.folder ?? root);
  const files = lines.map((line, row) => parseLine(line, row + 2, source, folder));
  const transcripts = await readTranscripts(options, files.length);
  return selectRecordings(
    audioDataset(transcripts ? files.map((file, row) => ({ ...file, transcript: transcripts[row]! })) : files),
    options,
  );
}

function parseLine(line: string, number: number, source: string, folder: string): AudioFile {
  const [path = '', count = ''] = line.split('\t');
  if (path === '' || !/^\d+$/.test(count.trim())) {
    throw new SampleError(`${source}:${number}`, `'${line}' is not a path, a tab and a number of samples`, {
      hint: 'write the manifest anew, as with wav2vec_manifest.py',
    });
  }
  return { path: resolve(folder, path), name: `${path} (${basename(source)}:${number})`, samples: Number(count) };
}

/** The transcripts in words; undefined where there are none. */
async function readTranscripts(
  { path, transcripts }: Wav2vecOptions,
  recordings: number,
): Promise<readonly string[] | undefined> {
  const beside = (extension: string): string => path.replace(/\.tsv$/, '') + extension;
  const kinds = transcripts === 'none' ? [] : transcripts === 'auto' ? (['ltr', 'wrd'] as const) : [transcripts];
  for (const kind of kinds) {
    const file = beside(`.${kind}`);
    if (transcripts === 'auto' && !(await exists(file))) continue;
    const lines = await linesOf(file);
    if (lines.length !== recordings) {
      throw new SampleError(file, `${lines.length} transcripts for the ${recordings} recordings of ${path}`, {
        hint: 'give the file that was made for this .tsv: one line a recording, in the same order',
      });
    }
    return lines.map(kind === 'ltr' ? wordsOfLetters : (line) => line.trim());
  }
  return undefined;
}

/** 'H I | Y O U |' → 'HI YOU' */
function wordsOfLetters(line: string): string {
  return line
    .split('|')
    .map((word) => word.replaceAll(/\s+/g, ''))
    .filter((word) => word !== '')
    .join(' ');
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Lines of a text file; a line end at its end begins no further one. */
async function linesOf(path: string): Promise<string[]> {
  return (await readText(path)).split('\n');
}
