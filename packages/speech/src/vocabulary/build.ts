import { ConfigError, SampleError } from '@d2v/core';
import { normaliseSpaces, Vocabulary, WORD_BOUNDARY } from './vocabulary.js';

/** The special tokens of published models, in their order; the first is the CTC blank. */
export const SPECIAL_TOKENS: readonly string[] = ['<pad>', '<s>', '</s>', '<unk>'];

/**
 * The characters of transcripts as a vocabulary: the special tokens, `|`, then characters from the most frequent on, and
 * those that are equally frequent by code point. Upper and lower case are two characters.
 *
 * @param name what an error calls a transcript
 * @throws ConfigError when there is no character at all; SampleError when a transcript holds `|` itself
 */
export function buildVocabulary(
  transcripts: Iterable<string>,
  name = (index: number): string => `transcript ${index}`,
): Vocabulary {
  const counts = new Map<string, number>();
  for (const [index, transcript] of [...transcripts].entries()) {
    for (const character of normaliseSpaces(transcript)) {
      if (character === WORD_BOUNDARY) {
        throw new SampleError(name(index), `the transcript '${transcript}' holds '${WORD_BOUNDARY}'`, {
          hint: `'${WORD_BOUNDARY}' stands for the space between words; remove it from the transcripts`,
        });
      }
      if (character !== ' ') counts.set(character, (counts.get(character) ?? 0) + 1);
    }
  }
  if (counts.size === 0) throw new ConfigError('buildVocabulary: the transcripts hold no characters');
  const characters = [...counts]
    .sort(([a, x], [b, y]) => y - x || a.codePointAt(0)! - b.codePointAt(0)!)
    .map(([character]) => character);
  return new Vocabulary([...SPECIAL_TOKENS, WORD_BOUNDARY, ...characters]);
}
