// Divides utterances so that nothing that is held out is also learnt from.
import { RandomStream } from '@d2v/core';
import type { Utterance } from './prepare-sources.js';

export const splits = ['train', 'dev', 'test'] as const;
export type Split = (typeof splits)[number];

/** Shares of training and validation; the rest is tested on. */
const [trainShare, devShare] = [0.8, 0.1];

/**
 * Prompts by split: all languages of a prompt, and all prompts of the same words, come into the same one. Groups are
 * drawn at random, so that a tenth of the utterances each is held out.
 */
export function splitPrompts(utterances: readonly Utterance[], seed = 1): Map<Utterance, Split> {
  const groups = grouped(utterances);
  const order = new RandomStream([seed, 'prompts']).permutation(groups.length);
  const split = new Map<Utterance, Split>();
  for (const place of order) {
    const name = splitAt(split.size / utterances.length);
    for (const utterance of groups[place]!) split.set(utterance, name);
  }
  return split;
}

/** Sentences by split in the order in which they were read; a held-out one whose words come earlier is left out. */
export function splitContiguously(utterances: readonly Utterance[]): Map<Utterance, Split> {
  const split = new Map<Utterance, Split>();
  const seen = new Map<string, Split>();
  utterances.forEach((utterance, i) => {
    const name = splitAt(i / utterances.length);
    const earlier = seen.get(utterance.text ?? '');
    if (utterance.text !== undefined && earlier !== undefined && earlier !== name) return;
    if (utterance.text !== undefined) seen.set(utterance.text, name);
    split.set(utterance, name);
  });
  return split;
}

function splitAt(share: number): Split {
  return share < trainShare ? 'train' : share < trainShare + devShare ? 'dev' : 'test';
}

/** Utterances that share an id or their words, directly or through others, in the order of their first. */
function grouped(utterances: readonly Utterance[]): Utterance[][] {
  const parent = utterances.map((_, i) => i);
  const root = (i: number): number => (parent[i] === i ? i : (parent[i] = root(parent[i]!)));
  const first = new Map<string, number>();
  utterances.forEach(({ id, language, text }, i) => {
    const keys = [`id ${id}`, ...(text === undefined ? [] : [`${language} ${text}`])];
    for (const key of keys) {
      const other = first.get(key);
      if (other === undefined) first.set(key, i);
      else parent[root(i)] = root(other);
    }
  });
  const groups = new Map<number, Utterance[]>();
  utterances.forEach((utterance, i) => {
    const group = groups.get(root(i));
    if (group) group.push(utterance);
    else groups.set(root(i), [utterance]);
  });
  return [...groups.values()];
}
