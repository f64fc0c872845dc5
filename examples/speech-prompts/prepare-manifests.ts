// Decodes what is not decoded yet and writes the lists that the reader `table` of @d2v/speech takes.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { corpora, languages, type Corpus } from './prepare-fetch.js';
import { decodeG722 } from './prepare-g722.js';
import { readFestvox, readPrompts, type Utterance } from './prepare-sources.js';
import { splitContiguously, splitPrompts, splits, type Split } from './prepare-split.js';
import { wavFile } from './prepare-wav.js';

/** A recording, its list and its length. */
interface Entry extends Utterance {
  readonly corpus: 'prompts' | 'festvox-ru';
  readonly split: Split;
  /** The WAV file. */
  readonly path: string;
  readonly seconds: number;
}

/** Recordings and minutes of a list. */
export interface Count {
  readonly list: string;
  readonly utterances: number;
  readonly minutes: number;
}

/**
 * Makes `out/audio/**` and the lists, paths relative to `out`:
 *
 * - `pretrain-{train,dev,test}.jsonl`: everything, without text
 * - `{en,es,fr,it,ru}-{train,dev,test}.jsonl`: prompts whose words are known, with text
 * - `festvox-ru-{train,dev,test}.jsonl`: the Russian speaker, with text
 * - `prompts-{train,dev,test}.jsonl`: all prompts with `language` and `kind`, to be read as labels
 *
 * @param root where the Debian packages are unpacked
 * @param wanted the corpora that are read; lists of others are empty; default: all
 */
export function writeManifests(root: string, out: string, wanted: readonly Corpus[] = corpora): Count[] {
  // Of one prompt in Russian the package has an empty file.
  const read = [...promptEntries(root, out, wanted), ...(wanted.includes('festvox-ru') ? festvoxEntries(root) : [])];
  const entries = read.filter(({ seconds }) => seconds > 0);
  if (entries.length === 0) throw new Error(`no recordings below ${root}: it should hold usr/share/asterisk/sounds`);
  const counts: Count[] = [];
  for (const split of splits) {
    const own = entries.filter((entry) => entry.split === split);
    const prompts = own.filter(({ corpus }) => corpus === 'prompts');
    const lists: Record<string, readonly Entry[]> = {
      pretrain: own,
      ...Object.fromEntries(
        languages.map((code) => [code, prompts.filter(({ language, spelt }) => language === code && spelt)]),
      ),
      'festvox-ru': own.filter(({ corpus, spelt }) => corpus === 'festvox-ru' && spelt),
      prompts,
    };
    for (const [name, members] of Object.entries(lists)) {
      const rows = members.map((entry) => JSON.stringify(rowOf(name, entry, out)));
      writeFileSync(join(out, `${name}-${split}.jsonl`), rows.map((row) => `${row}\n`).join(''));
      const seconds = members.reduce((sum, entry) => sum + entry.seconds, 0);
      counts.push({ list: `${name}-${split}`, utterances: members.length, minutes: seconds / 60 });
    }
  }
  return counts;
}

function promptEntries(root: string, out: string, wanted: readonly Corpus[]): Entry[] {
  const prompts = readPrompts(root).filter(({ language }) => wanted.includes(language));
  return [...splitPrompts(prompts)].map(([utterance, split]) => {
    const path = join(out, 'audio', utterance.language, `${utterance.id}.wav`);
    if (!existsSync(path)) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, wavFile(decodeG722(readFileSync(utterance.file))));
    }
    return { ...utterance, corpus: 'prompts', split, path, seconds: wavSeconds(path) };
  });
}

function festvoxEntries(root: string): Entry[] {
  return [...splitContiguously(readFestvox(root))].map(([utterance, split]) => {
    const path = utterance.file;
    return { ...utterance, corpus: 'festvox-ru', split, path, seconds: wavSeconds(path) };
  });
}

/** 16 bits at 16 kHz behind a header of 44 bytes. */
const wavSeconds = (path: string): number => (statSync(path).size - 44) / 32_000;

function rowOf(list: string, { path, text, language, kind }: Entry, out: string): object {
  const place = { path: relative(out, path) };
  if (list === 'pretrain') return place;
  return list === 'prompts' ? { ...place, language, kind } : { ...place, text };
}
