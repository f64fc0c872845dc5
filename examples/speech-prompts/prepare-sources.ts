// Reads the unpacked packages: what is spoken where, nothing decoded yet.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { languages, type Language } from './prepare-fetch.js';
import { isDescription, isSpelt, normaliseText } from './prepare-transcript.js';

export type Kind = 'digit' | 'letter' | 'phonetic' | 'prompt';

/** A recording and what is known of it. */
export interface Utterance {
  /** The same for one prompt in all languages: `digits/7`; in festvox-ru the sentence's number. */
  readonly id: string;
  readonly file: string;
  readonly language: Language;
  readonly kind: Kind;
  /** Normalised; absent where the package has none. */
  readonly text?: string;
  /** Whether `text` can be learnt letter by letter. */
  readonly spelt: boolean;
}

/** Clips without words, by their names. */
const nonSpeech = /^silence\/|^beep|^(ascending|descending)-|^confbridge-(join|leave)$|^tt-(monkeys|weasels)$/;

/** The prompts of every language that is there, in the order of their names. */
export function readPrompts(root: string): Utterance[] {
  return languages.flatMap((language) => {
    const sounds = join(root, 'usr/share/asterisk/sounds');
    const voice = existsSync(sounds) ? readdirSync(sounds).find((name) => name.startsWith(`${language}_`)) : undefined;
    if (voice === undefined) return [];
    const folder = join(sounds, voice);
    const texts = readTexts(root, language);
    return (readdirSync(folder, { recursive: true }) as string[])
      .filter((name) => name.endsWith('.g722'))
      .sort()
      .map((name) => ({ name, id: name.slice(0, -'.g722'.length) }))
      .filter(({ id }) => !nonSpeech.test(id) && !isDescription(texts.get(id) ?? ''))
      .map(({ name, id }) => utterance(id, join(folder, name), language, kindOf(id), texts.get(id)));
  });
}

/** The 620 sentences of one Russian speaker, in the order in which they were read. */
export function readFestvox(root: string): Utterance[] {
  const folder = join(root, 'usr/share/festival/voices/russian/msu_ru_nsh_clunits');
  const list = join(folder, 'etc/txt.done.data');
  if (!existsSync(list)) return [];
  return readFileSync(list, 'utf8')
    .split('\n')
    .flatMap((line, i) => {
      if (line.trim() === '') return [];
      const match = /^\(\s*(\S+)\s+"(.*)"\s*\)\s*$/.exec(line);
      if (!match) throw new Error(`${list}:${i + 1}: '${line}' is not ( NAME "TEXT" )`);
      const [, id = '', text = ''] = match;
      return [utterance(id, join(folder, 'wav', `${id}.wav`), 'ru', 'prompt', text)];
    });
}

function utterance(id: string, file: string, language: Language, kind: Kind, raw: string | undefined): Utterance {
  const text = raw === undefined ? '' : normaliseText(raw, language);
  return { id, file, language, kind, ...(text !== '' && { text }), spelt: isSpelt(text, language) };
}

/** Lines `id: text`; of an id that comes twice the first line counts, the second is wrong in the Spanish list. */
function readTexts(root: string, language: Language): Map<string, string> {
  const name = `asterisk-core-sounds-${language}`;
  const path = join(root, 'usr/share/doc', name, `core-sounds-${language}.txt.gz`);
  if (!existsSync(path)) throw new Error(`${path} is missing: is the package ${name} unpacked there too?`);
  const texts = new Map<string, string>();
  for (const line of gunzipSync(readFileSync(path)).toString('utf8').replaceAll('\uFEFF', '').split(/\r?\n/)) {
    const [, id = '', text = ''] = /^([^;:\s][^:]*):\s*(.*)$/.exec(line) ?? [];
    if (id !== '' && !texts.has(id.trim())) texts.set(id.trim(), withoutId(text.trim(), id.trim()));
  }
  return texts;
}

/** Some lines repeat their id in the text. */
const withoutId = (text: string, id: string): string =>
  text.startsWith(`${id}:`) ? text.slice(id.length + 1).trim() : text;

function kindOf(id: string): Kind {
  const folder = id.split('/')[0];
  if (folder === 'digits') return 'digit';
  if (folder === 'letters') return 'letter';
  return folder === 'phonetic' ? 'phonetic' : 'prompt';
}
