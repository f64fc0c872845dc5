import { ConfigError } from '@d2v/core';
import { BYTE_CHARS, byteOf } from './bytes.js';

/** The names of the special tokens that sequences are built of. */
export const SPECIAL = { start: '<s>', padding: '<pad>', end: '</s>', unknown: '<unk>', mask: '<mask>' } as const;

/** A token that is recognised in text before it is split. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Takes the white space on its left along. */
  readonly stripLeft: boolean;
  /** Takes the white space on its right along. */
  readonly stripRight: boolean;
}

/** A byte-level BPE: everything that a tokenizer is made of. */
export interface TokenizerDefinition {
  /** What errors call it: a path. */
  readonly name: string;
  /** Token, in printable stand-ins of bytes, → id. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Pairs of tokens, the first to be merged first. */
  readonly merges: readonly (readonly [string, string])[];
  readonly added: readonly AddedToken[];
  /** Whether a text gets a space before its first word. */
  readonly prefixSpace: boolean;
}

/** The usual special tokens with the ids that the vocabulary gives them; `<mask>` takes the space on its left along. */
export function specialTokens(vocabulary: ReadonlyMap<string, number>): AddedToken[] {
  return Object.values(SPECIAL).flatMap((content) => {
    const id = vocabulary.get(content);
    return id === undefined ? [] : [{ id, content, stripLeft: content === SPECIAL.mask, stripRight: false }];
  });
}

/**
 * Refuses a vocabulary and merges that do not belong together.
 *
 * @throws ConfigError when a byte, a special token, or a token that a merge names or makes is missing, or ids are no
 *   whole numbers or occur twice
 */
export function checkDefinition({ name, vocabulary, merges, added }: TokenizerDefinition): void {
  const known = new Map(vocabulary);
  for (const { content, id } of added) known.set(content, id);
  const missingByte = BYTE_CHARS.find((char) => !vocabulary.has(char));
  if (missingByte !== undefined) {
    const byte = BYTE_CHARS.indexOf(missingByte);
    throw new ConfigError(`${name}: the vocabulary has no token for the byte ${byte} ('${missingByte}')`, {
      hint: 'only byte-level vocabularies such as those of GPT-2 and RoBERTa are supported',
    });
  }
  const missing = Object.values(SPECIAL).find((content) => !known.has(content));
  if (missing !== undefined) {
    throw new ConfigError(`${name}: the vocabulary has no ${missing}`, {
      hint: `sequences need ${Object.values(SPECIAL).join(', ')}; give a vocabulary such as RoBERTa's`,
    });
  }
  const special = new Set(added.map(({ content }) => content));
  for (const token of vocabulary.keys()) {
    const strange = special.has(token) ? undefined : [...token].find((char) => byteOf(char) === undefined);
    if (strange === undefined && token !== '') continue;
    throw new ConfigError(`${name}: token '${token}' holds '${strange ?? ''}', which stands for no byte`, {
      hint: 'only byte-level vocabularies such as those of GPT-2 and RoBERTa are supported',
    });
  }
  const seen = new Map<number, string>();
  for (const [token, id] of known) {
    const other = seen.get(id);
    if (!Number.isInteger(id) || id < 0 || other !== undefined) {
      const problem = other === undefined ? 'which is no id' : `which is also the id of '${other}'`;
      throw new ConfigError(`${name}: token '${token}' has the id ${id}, ${problem}`);
    }
    seen.set(id, token);
  }
  merges.forEach(([left, right], rank) => {
    const lost = [left, right, left + right].find((token) => !vocabulary.has(token));
    if (lost === undefined) return;
    throw new ConfigError(
      `${name}: merge ${rank + 1}, '${left} ${right}', needs the token '${lost}', which is not in the vocabulary`,
      { hint: 'the merges and the vocabulary belong to different tokenizers' },
    );
  });
}
