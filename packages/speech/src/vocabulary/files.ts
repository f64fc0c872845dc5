import { ConfigError } from '@d2v/core';
import { z } from 'zod';
import { SPECIAL_TOKENS } from './build.js';
import { Vocabulary } from './vocabulary.js';

/**
 * The content of a vocabulary file: fairseq's `dict.ltr.txt` or Hugging Face's `vocab.json`. What starts with `{` is taken as Hugging Face's.
 *
 * @param source the file's name, for errors
 * @throws ConfigError naming the file and the line or token that is wrong
 */
export function parseVocabulary(text: string, source: string): Vocabulary {
  return text.trimStart().startsWith('{') ? parseVocabularyJson(text, source) : parseFairseqDictionary(text, source);
}

/**
 * fairseq's `dict.ltr.txt`: a token and a count a line. fairseq puts four special tokens in front of them and takes the
 * first, `<s>`, as blank; here and in Hugging Face's files that class is called `<pad>`, and `<s>` follows. Filler
 * entries (`madeupword0000`) have no text.
 *
 * @throws ConfigError naming the line that is no token and count
 */
export function parseFairseqDictionary(text: string, source: string): Vocabulary {
  const tokens = text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === '') return [];
    const [, token] = /^(\S+) \d+( #fairseq:overwrite)?\s*$/u.exec(line) ?? [];
    if (token === undefined) {
      throw new ConfigError(`${source}:${i + 1}: '${line}' is no token and count`, {
        hint: "a line of a fairseq dictionary reads 'E 51860'",
      });
    }
    return [/^madeupword\d+$/.test(token) ? `<${token}>` : token];
  });
  return new Vocabulary([...SPECIAL_TOKENS, ...tokens], source);
}

/**
 * Hugging Face's `vocab.json`: token → class. The blank is `<pad>` or `[PAD]`, whatever its number.
 *
 * @throws ConfigError when the file is no such table, or its numbers are not 0, 1, 2, … without a gap
 */
export function parseVocabularyJson(text: string, source: string): Vocabulary {
  let table: Record<string, number>;
  try {
    table = z.record(z.string(), z.number().int()).parse(JSON.parse(text));
  } catch (cause) {
    throw new ConfigError(`${source}: no table of tokens and their numbers`, {
      hint: 'a vocab.json reads {"<pad>": 0, "|": 4, "E": 5}',
      cause,
    });
  }
  const entries = Object.entries(table).sort(([, a], [, b]) => a - b);
  entries.forEach(([token, index], i) => {
    if (index === i) return;
    throw new ConfigError(`${source}: '${token}' has the number ${index} where ${i} would follow`, {
      hint: 'numbers count from 0, without gaps and each once',
    });
  });
  return new Vocabulary(
    entries.map(([token]) => token),
    source,
  );
}

/** A vocabulary as the content of a `vocab.json`. */
export function vocabularyJson({ tokens }: Vocabulary): string {
  return `${JSON.stringify(Object.fromEntries(tokens.map((token, i) => [token, i])), undefined, 2)}\n`;
}
