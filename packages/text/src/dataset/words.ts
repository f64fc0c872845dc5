import {
  alphabetical,
  checkClasses,
  classesField,
  ConfigError,
  requiredText,
  SampleError,
  selectionFields,
  selectSamples,
  type Dataset,
  type Selection,
} from '@d2v/core';
import { z } from 'zod';
import type { WordsItem } from '../sample.js';

export const wordsSchema = z.strictObject({
  path: requiredText('The file, plain or gzipped.'),
  format: z
    .enum(['json', 'columns'])
    .default('json')
    .describe('json: an object a line; columns: a word a line with its label, empty lines between texts (CoNLL).'),
  words: z.string().min(1).default('words').describe('json: key of the list of words.'),
  labels: z.string().min(1).nullable().default('labels').describe('json: key of the list of labels; null: none.'),
  wordColumn: z.int().min(0).default(0).describe('columns: column of the word, counted from 0.'),
  labelColumn: z.int().default(-1).describe('columns: column of the label, counted from 0, −1 for the last.'),
  classes: classesField,
  onBadRow: z
    .enum(['stop', 'skip'])
    .default('stop')
    .describe('stop: a text that cannot be read ends the run; skip: it is left out and counted.'),
  ...selectionFields,
});

export type WordsOptions = z.output<typeof wordsSchema>;

/** A text before its labels have numbers. */
export interface WordsRecord {
  readonly name: string;
  readonly words: readonly string[];
  readonly labels?: readonly string[];
}

/** Texts in words, in memory. */
export interface WordsDataset extends Dataset<WordsItem> {
  /** Texts that were left out because they could not be read. */
  readonly skipped: number;
}

/**
 * A dataset of labelled words.
 *
 * @param source what errors call the data
 * @throws SampleError naming the first text that cannot be read, has no words, or an unknown label, unless such are
 *   skipped; ConfigError when nothing is left, or `classes` names a class twice
 */
export function wordsDataset(
  records: Iterable<WordsRecord | SampleError>,
  { classes: given, onBadRow, ...selection }: Pick<WordsOptions, 'classes' | 'onBadRow'> & Selection,
  source: string,
): WordsDataset {
  checkClasses(given);
  const read: WordsRecord[] = [];
  let skipped = 0;
  const attempt = (check: () => void): void => {
    try {
      check();
    } catch (error) {
      if (onBadRow === 'stop' || !(error instanceof SampleError)) throw error;
      skipped++;
    }
  };
  for (const record of records) {
    attempt(() => {
      if (record instanceof SampleError) throw record;
      checkWords(record);
      read.push(record);
    });
  }
  const labelled = read.some(({ labels }) => labels);
  const classes = labelled ? (given ?? alphabetical(read.flatMap(({ labels }) => labels ?? []))) : undefined;
  const numbers = classes && new Map(classes.map((name, number) => [name, number]));
  const items: WordsItem[] = [];
  for (const { name, words, labels } of read) {
    attempt(() => items.push({ name, words, ...(numbers && { labels: numbered(name, labels, numbers) }) }));
  }
  if (items.length === 0) {
    throw new ConfigError(`${source} holds no texts${skipped ? `, ${skipped} were skipped` : ''}`, { key: 'path' });
  }
  const dataset: Dataset<WordsItem> = {
    size: items.length,
    name: (index) => items[index]!.name,
    ...(classes && { classes }),
    read: (index) => Promise.resolve(items[index]!),
  };
  return { ...selectSamples(dataset, selection), skipped };
}

function checkWords({ name, words, labels }: WordsRecord): void {
  if (words.length === 0) throw new SampleError(name, 'has no words');
  const empty = words.findIndex((word) => word.trim() === '');
  if (empty >= 0) throw new SampleError(name, `word ${empty + 1} is empty`);
  if (labels && labels.length !== words.length) {
    throw new SampleError(name, `has ${labels.length} labels for ${words.length} words`);
  }
}

function numbered(
  name: string,
  labels: readonly string[] | undefined,
  numbers: ReadonlyMap<string, number>,
): readonly number[] {
  if (!labels) throw new SampleError(name, 'has no labels');
  return labels.map((label, i) => {
    const number = numbers.get(label);
    if (number !== undefined) return number;
    throw new SampleError(name, `label '${label}' of word ${i + 1} is not one of the ${numbers.size} classes`, {
      hint: `the classes are ${[...numbers.keys()].slice(0, 10).join(', ')}${numbers.size > 10 ? ', …' : ''}`,
    });
  });
}
