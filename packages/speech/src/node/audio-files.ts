import { fileDataset, type Dataset, type ListedFile } from '@d2v/core';
import type { FileKind } from '@d2v/core/node';
import type { AudioItem } from '../audio/item.js';
import { audioLength, openAudio } from '../audio/open.js';
import { fileSource } from './file-source.js';

/** The files that are taken for recordings. */
export const audioFiles: FileKind = {
  noun: 'recordings',
  extensions: ['.wav', '.wave', '.flac', '.mp3', '.ogg', '.oga', '.opus'],
};

/** A recording in a file, and what a list says about it. */
export interface AudioFile extends ListedFile {
  readonly transcript?: string;
  /** Its classes, where it may have several. */
  readonly labels?: Int32Array;
  /** Length at 16 kHz, where it is known without looking. */
  readonly samples?: number;
}

/** Recordings in files as a dataset. */
export function audioDataset(files: readonly AudioFile[], classes?: readonly string[]): Dataset<AudioItem> {
  return fileDataset(files, classes, {
    annotation: ({ transcript }) => transcript,
    length: async ({ path, samples }, name) => samples ?? audioLength(await fileSource(path, name), name),
    open: async ({ path, transcript, label, labels }, name) =>
      openAudio(await fileSource(path, name), {
        name,
        ...(transcript !== undefined && { transcript }),
        ...(label !== undefined && { label }),
        ...(labels && { labels }),
      }),
  });
}
