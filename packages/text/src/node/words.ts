import { SampleError, type TableRow } from '@d2v/core';
import { readJsonLines, readLines } from '@d2v/core/node';
import { wordsDataset, type WordsDataset, type WordsOptions, type WordsRecord } from '../dataset/words.js';

/** The reader `words`: texts in words with a label for each, in memory. */
export async function openWords(options: WordsOptions): Promise<WordsDataset> {
  const records = options.format === 'json' ? await jsonRecords(options) : await columnRecords(options);
  return wordsDataset(records, options, options.path);
}

const EXAMPLE = '{"words": ["New", "York"], "labels": ["B-LOC", "I-LOC"]}';

async function jsonRecords({ path, words, labels }: WordsOptions): Promise<(WordsRecord | SampleError)[]> {
  const rows = await readJsonLines(path, EXAMPLE);
  return rows.map((row) => (row instanceof SampleError ? row : wordsOf(row, words, labels)));
}

function wordsOf({ name, cells }: TableRow, words: string, labels: string | null): WordsRecord | SampleError {
  for (const key of labels === null ? [words] : [words, labels]) {
    const list = cells[key];
    if (Array.isArray(list) && list.every((each) => ['string', 'number'].includes(typeof each))) continue;
    return new SampleError(name, `'${key}' is not a list of strings`, {
      hint: `write ${EXAMPLE}`,
    });
  }
  const strings = (key: string): string[] => (cells[key] as unknown[]).map(String);
  return { name, words: strings(words), ...(labels !== null && { labels: strings(labels) }) };
}

/** Columns apart from each other by white space; lines that begin with `-DOCSTART-` separate documents. */
async function columnRecords(options: WordsOptions): Promise<(WordsRecord | SampleError)[]> {
  const { path, wordColumn, labelColumn } = options;
  const records: (WordsRecord | SampleError)[] = [];
  let text: { name: string; words: string[]; labels: string[] } | undefined;
  let bad: SampleError | undefined;
  const finish = (): void => {
    if (bad) records.push(bad);
    else if (text) records.push(text);
    [text, bad] = [undefined, undefined];
  };
  for await (const each of readLines(path)) {
    if (each instanceof SampleError) {
      bad ??= each;
      continue;
    }
    const columns = each.text.trim().split(/\s+/);
    if (columns[0] === '' || columns[0] === '-DOCSTART-') {
      finish();
      continue;
    }
    const [word, label] = [columns[wordColumn], columns.at(labelColumn)];
    if (word === undefined || label === undefined || columns.length < 2) {
      const needed = Math.max(wordColumn, labelColumn, 1) + 1;
      bad ??= new SampleError(`${path}:${each.line}`, `has ${columns.length} of at least ${needed} columns`, {
        hint: 'write a word and its label, with a space between them',
      });
      continue;
    }
    text ??= { name: `${path}:${each.line}`, words: [], labels: [] };
    text.words.push(word);
    text.labels.push(label);
  }
  finish();
  return records;
}
