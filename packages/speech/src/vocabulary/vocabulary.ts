import { ConfigError, SampleError } from '@d2v/core';

/** The token between words, in place of a space. */
export const WORD_BOUNDARY = '|';

/** Names under which vocabularies list the CTC blank. */
const BLANKS = ['<pad>', '[PAD]', '<blank>'];
/** Tokens that stand for no text. */
const SPECIAL = /^(<.+>|\[(PAD|UNK|CLS|SEP|MASK)\])$/;

/**
 * What the outputs of a recogniser stand for: characters, `|` between words, and special tokens without text, one of
 * which is the CTC blank.
 *
 * Conventions (reference: data2vec1.md §4.6, checkpoints.md §3.3): the blank is `<pad>`. Published models have it in
 * row 0 (fairseq calls that row `<s>`, the weights are the same), then `<s>`, `</s>`, `<unk>`, `|` and the letters.
 */
export class Vocabulary {
  /** The class of the CTC blank. */
  readonly blank: number;
  /** The class of `|`; absent in a vocabulary that does not separate words. */
  readonly boundary: number | undefined;
  readonly #index: ReadonlyMap<string, number>;

  /**
   * @param tokens token of each class: single characters, `|`, and specials such as `<pad>`
   * @param source where they come from, for errors
   * @throws ConfigError when a token is empty, longer than a character or twice in the list, or there is no blank
   */
  constructor(
    readonly tokens: readonly string[],
    source = 'vocabulary',
  ) {
    this.#index = new Map(tokens.map((token, i) => [token, i]));
    tokens.forEach((token, i) => {
      if (this.#index.get(token) !== i) {
        throw new ConfigError(`${source}: token '${token}' stands for the classes ${i} and ${this.#index.get(token)}`);
      }
      if (isSpecial(token) || ([...token].length === 1 && token.trim() !== '')) return;
      throw new ConfigError(`${source}: token ${i} is '${token}', which is no character`, {
        hint: `a token is one character, '${WORD_BOUNDARY}' for the space between words, or a special like '<pad>'`,
      });
    });
    const blank = BLANKS.map((name) => this.#index.get(name)).find((index) => index !== undefined);
    if (blank === undefined) {
      throw new ConfigError(`${source}: no token for the CTC blank among ${tokens.length}`, {
        hint: `put ${BLANKS[0]} at the place of the blank, which is 0 in published models`,
      });
    }
    this.blank = blank;
    this.boundary = this.#index.get(WORD_BOUNDARY);
  }

  /** Number of classes. */
  get size(): number {
    return this.tokens.length;
  }

  /** Whether a class stands for no text: the blank, sentence marks, the unknown token. */
  isSpecial(index: number): boolean {
    return isSpecial(this.tokens[index]!);
  }

  /** The class of a token; undefined for one that the vocabulary lacks. */
  indexOf(token: string): number | undefined {
    return this.#index.get(token);
  }

  /**
   * Transcript → classes: its characters, with `|` after every word, as fairseq's `.ltr` files have it. Runs of white
   * space count as one space; characters are compared in Unicode's composed form (NFC).
   *
   * @param sample the utterance's name, for errors
   * @throws SampleError when the transcript is empty or has characters that the vocabulary lacks
   */
  encode(transcript: string, sample: string): Int32Array {
    const text = normaliseSpaces(transcript);
    if (text === '') {
      throw new SampleError(sample, 'the transcript is empty', {
        hint: 'leave out utterances without speech, or correct the transcript',
      });
    }
    const separated = this.boundary === undefined ? [...text] : [...text.replaceAll(' ', WORD_BOUNDARY), WORD_BOUNDARY];
    const unknown = new Set<string>();
    const classes = separated.map((character) => {
      const index = this.#index.get(character);
      if (index === undefined) unknown.add(character);
      return index ?? 0;
    });
    if (unknown.size > 0) {
      throw new SampleError(
        sample,
        `the transcript has ${[...unknown].map(describe).join(', ')}, outside the vocabulary`,
        { hint: unknownHint(this, text) },
      );
    }
    return Int32Array.from(classes);
  }

  /** Classes → text: `|` becomes a space, specials nothing; no space at either end. */
  decode(classes: Iterable<number>): string {
    let text = '';
    for (const index of classes) {
      if (index === this.boundary) text += ' ';
      else if (!this.isSpecial(index)) text += this.tokens[index]!;
    }
    return normaliseSpaces(text);
  }
}

/** Text in composed form (NFC) with single spaces between words and none at the ends. */
export function normaliseSpaces(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

const isSpecial = (token: string): boolean => SPECIAL.test(token);

const describe = (character: string): string =>
  `'${character}' (U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')})`;

/** Says whether another letter case would do. */
function unknownHint(vocabulary: Vocabulary, text: string): string {
  const knows = (changed: string): boolean =>
    [...changed.replaceAll(' ', '')].every((character) => vocabulary.indexOf(character) !== undefined);
  if (knows(text.toUpperCase())) return 'the vocabulary is in upper case: convert the transcripts';
  if (knows(text.toLowerCase())) return 'the vocabulary is in lower case: convert the transcripts';
  return 'correct the transcript, or build the vocabulary from transcripts that have all characters';
}
