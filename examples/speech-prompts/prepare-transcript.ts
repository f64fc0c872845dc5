// From a prompt's text to what is spoken, in the letters that a character vocabulary is made of.
import type { Language } from './prepare-fetch.js';

/** The letters that each language writes its words with. */
const letters: Readonly<Record<Language, RegExp>> = {
  en: /^[a-z' ]+$/,
  es: /^[a-záéíóúüñ' ]+$/,
  fr: /^[a-zàâæçéèêëîïôœùûüÿ' ]+$/,
  it: /^[a-zàèéìíîòóùú' ]+$/,
  ru: /^[а-яё ]+$/,
};

/** Whether a text only describes a sound: `[ascending tones]`, `(beep)`, `<beep>`. */
export const isDescription = (text: string): boolean => /^\s*[[(<].*[\])>]\s*$/.test(text);

/**
 * A text in lower-case words: composed letters (NFC), no punctuation, no remarks in brackets, one kind of apostrophe,
 * no stress marks (`+` in festvox-ru). Digits stay.
 */
export function normaliseText(text: string, language: Language): string {
  const words = text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/\([^)]*\)|\[[^\]]*\]|<[^>]*>/g, ' ')
    .replaceAll('+', '')
    .replaceAll(/[’‘`´]/g, "'")
    .replaceAll(language === 'ru' ? /[^\p{L}\p{N}]+/gu : /[^\p{L}\p{N}']+/gu, ' ')
    .replaceAll(/(?<![\p{L}\p{N}])'+/gu, ' ');
  // Italian shortens words at their end too: un po'.
  const kept = language === 'it' ? words : words.replaceAll(/'+(?![\p{L}\p{N}])/gu, ' ');
  return kept.replaceAll(/ +/g, ' ').trim();
}

/**
 * Whether the words of a normalised text are known letter by letter: digits could be read in several ways, and letters
 * of another script belong to names that are spelt as they are not spoken.
 */
export const isSpelt = (text: string, language: Language): boolean => letters[language].test(text);
