import {
  classesField,
  folderFields,
  labelField,
  labelListFields,
  optionalText,
  parquetFields,
  requiredText,
  selectionFields,
} from '@d2v/core';
import { z } from 'zod';
import { lengthFields } from './selection.js';

/** Which of the recordings that a reader finds are used. */
const recordingFields = { ...selectionFields, ...lengthFields };

const textField = optionalText(
  'Column of the transcripts; default: text, sentence, transcript or transcription, where there is one.',
);

export const folderSchema = z.strictObject({ ...folderFields, ...recordingFields });

export const wav2vecSchema = z.strictObject({
  path: requiredText('The .tsv: the audio folder in the first line, then a path and its number of samples a line.'),
  transcripts: z
    .enum(['auto', 'ltr', 'wrd', 'none'])
    .default('auto')
    .describe('The file beside the .tsv that holds the transcripts; auto: .ltr, else .wrd, else none.'),
  folder: optionalText('The audio folder, instead of the one in the first line.'),
  ...recordingFields,
});

export const librispeechSchema = z.strictObject({
  path: requiredText('A folder with *.trans.txt at any depth, such as LibriSpeech/train-clean-100.'),
  ...recordingFields,
});

export const tableSchema = z.strictObject({
  path: requiredText(
    'A .csv, .tsv or .jsonl file with one recording a line, plain or gzipped; CSV and TSV have a header.',
  ),
  format: z
    .enum(['auto', 'csv', 'tsv', 'jsonl'])
    .default('auto')
    .describe('How the file is written; auto: by its extension.'),
  audio: optionalText('Column of the paths; default: path, audio, audio_filepath, file or filename.'),
  text: textField,
  label: labelField,
  ...labelListFields,
  folder: optionalText(
    "What paths are relative to; default: the file's folder, or its subfolder clips for Common Voice.",
  ),
  classes: classesField,
  ...recordingFields,
});

export const parquetSchema = z.strictObject({
  ...parquetFields,
  ...labelListFields,
  audio: optionalText('Column of the recordings: encoded bytes, or {bytes, path}; default: the first such column.'),
  text: textField,
  ...recordingFields,
});

export type FolderOptions = z.output<typeof folderSchema>;
export type Wav2vecOptions = z.output<typeof wav2vecSchema>;
export type LibrispeechOptions = z.output<typeof librispeechSchema>;
export type TableOptions = z.output<typeof tableSchema>;
export type ParquetOptions = z.output<typeof parquetSchema>;

/** Columns of transcripts that are found by their names. */
export const textColumns = ['text', 'sentence', 'transcript', 'transcription'];
