import type { NgramEntry } from '../../src/language-model/index.js';
import type { RandomStream } from '@d2v/core';

/** Random n-grams of a vocabulary, each with its context listed: any part of the possible ones. */
export function randomNgrams(words: readonly string[], order: number, stream: RandomStream): NgramEntry[] {
  const entries: NgramEntry[] = [];
  let contexts: (readonly string[])[] = [[]];
  for (let length = 1; length <= order; length++) {
    const longer = contexts
      .flatMap((context) => words.map((word) => [...context, word]))
      .filter(() => length === 1 || stream.uniform() < 0.5);
    for (const each of longer) {
      entries.push({
        words: each,
        logProbability: -5 * stream.uniform(),
        backoff: length < order ? -stream.uniform() : 0,
      });
    }
    contexts = longer;
  }
  return entries;
}

/** The content of an ARPA file. */
export function arpa(entries: readonly NgramEntry[]): string {
  const order = Math.max(...entries.map(({ words }) => words.length));
  const lengths = Array.from({ length: order }, (_, i) => i + 1);
  const of = (length: number): NgramEntry[] => entries.filter(({ words }) => words.length === length);
  const line = ({ words, logProbability, backoff }: NgramEntry): string =>
    [logProbability / Math.LN10, words.join(' '), ...(backoff === 0 ? [] : [backoff / Math.LN10])].join('\t');
  return [
    '\\data\\',
    ...lengths.map((length) => `ngram ${length}=${of(length).length}`),
    ...lengths.flatMap((length) => ['', `\\${length}-grams:`, ...of(length).map(line)]),
    '',
    '\\end\\',
    '',
  ].join('\n');
}

/** ln P(word | context) straight from the definition. */
export function backoffProbability(entries: readonly NgramEntry[], context: readonly string[], word: string): number {
  const listed = (words: readonly string[]): NgramEntry | undefined =>
    entries.find((entry) => entry.words.join(' ') === words.join(' '));
  const own = listed([...context, word]);
  if (own) return own.logProbability;
  if (context.length === 0) throw new Error(`'${word}' is no 1-gram`);
  return (listed(context)?.backoff ?? 0) + backoffProbability(entries, context.slice(1), word);
}
