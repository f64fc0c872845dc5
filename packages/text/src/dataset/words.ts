import { ConfigError, SampleError, type Dataset } from '@d2v/core';
import { z } from 'zod';
import type { WordsItem } from '../sample.js';

export const wordsSchema = z.strictObject({
  path: z.string().min(1).describe('The file, plain or gzipped.'),
  format: z
    .enum(['json', 'columns'])
    .default('json')
    .describe('json: an object a line; columns: a word a line with its label, empty lines between texts (CoNLL).'),
  words: z.string().min(1).default('words').describe('json: key of the list of words.'),
  labels: z.string().min(1).nullable().default('labels').describe('json: key of the list of labels; null: none.'),
  wordColumn: z.int().min(0).default(0).describe('columns: column of the word, counted from 0.'),
  labelColumn: z.int().default(-1).describe('columns: column of the label, counted from 0, −1 for the last.'),
  classes: z
    .array(z.string().min(1))
    .optional()
    .describe('Class names in the order of their numbers; default: the labels found, in alphabetical order.'),
  onBadRow: z
    .enum(['stop', 'skip'])
    .default('stop')
    .describe('stop: a text that cannot be read ends the run; skip: it is left out and counted.'),
  limit: z.int().positive().optional().describe('Use the first so many texts only.'),
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
 *   skipped; ConfigError when nothing is left
 */
export function wordsDataset(
  records: Iterable<WordsRecord | SampleError>,
  { classes: given, onBadRow, limit }: Pick<WordsOptions, 'classes' | 'onBadRow' | 'limit'>,
  source: string,
): WordsDataset {
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
  const classes = labelled ? (given ?? [...new Set(read.flatMap(({ labels }) => labels ?? []))].sort()) : undefined;
  const numbers = classes && new Map(classes.map((name, number) => [name, number]));
  const items: WordsItem[] = [];
  for (const { name, words, labels } of read) {
    attempt(() => items.push({ name, words, ...(numbers && { labels: numbered(name, labels, numbers) }) }));
  }
  const chosen = items.slice(0, limit);
  if (chosen.length === 0) {
    throw new ConfigError(`${source} holds no texts${skipped ? `, ${skipped} were skipped` : ''}`, { key: 'path' });
  }
  return {
    size: chosen.length,
    skipped,
    name: (index) => chosen[index]!.name,
    ...(classes && { classes }),
    read: (index) => Promise.resolve(chosen[index]!),
  };
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
