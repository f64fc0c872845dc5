import type { Dataset } from '@d2v/core';
import type { AudioItem } from '../audio/item.js';
import { audioLength, openAudio } from '../audio/open.js';
import { fileSource } from './file-source.js';

/** A recording in a file, and what a list says about it. */
export interface AudioFile {
  readonly path: string;
  /** What errors call it; default: the path. */
  readonly name?: string;
  readonly transcript?: string;
  readonly label?: number;
  /** Length at 16 kHz, where it is known without looking. */
  readonly samples?: number;
}

/** Recordings in files as a dataset; a file is opened when it is read, and nothing of it is kept. */
export function fileDataset(files: readonly AudioFile[], classes?: readonly string[]): Dataset<AudioItem> {
  const name = (index: number): string => files[index]!.name ?? files[index]!.path;
  return {
    size: files.length,
    ...(classes && { classes, label: (index: number) => files[index]!.label! }),
    name,
    length: async (index) => {
      const { path, samples } = files[index]!;
      return samples ?? audioLength(await fileSource(path, name(index)), name(index));
    },
    read: async (index) => {
      const { path, transcript, label } = files[index]!;
      return openAudio(await fileSource(path, name(index)), {
        name: name(index),
        ...(transcript !== undefined && { transcript }),
        ...(label !== undefined && { label }),
      });
    },
  };
}
