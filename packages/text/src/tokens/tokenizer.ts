import { AddedTokens } from './added-tokens.js';
import { BytePairs } from './byte-pairs.js';
import { byteOf } from './bytes.js';
import { checkDefinition, SPECIAL, type TokenizerDefinition } from './definition.js';
import { locateTokens, type TokenShape } from './offsets.js';
import { wordEnd } from './split.js';

/** Ids of the special tokens. */
export type SpecialIds = Readonly<Record<keyof typeof SPECIAL, number>>;

/** A text as tokens, without special tokens around it. */
export interface Encoded {
  readonly ids: Int32Array;
  /** (tokens·2) code units of the text, [start, end) of each token; a character of several tokens counts to all. */
  readonly offsets: Int32Array;
  /** What `Tokenizer.wordStarts` says. */
  readonly wordStarts: Uint8Array;
}

/** A surrogate without its partner: with the u flag, pairs are one character. */
const LONE_SURROGATE = /\p{Surrogate}/gu;
const ANY_SURROGATE = /[\ud800-\udfff]/;

/**
 * Byte-level BPE as in GPT-2 and RoBERTa, token for token as Hugging Face's libraries: any text can be encoded, and
 * decodes to itself (lone surrogates apart, which become U+FFFD).
 */
export class Tokenizer {
  /** Number of ids: one more than the highest. */
  readonly size: number;
  readonly special: SpecialIds;
  readonly #pairs: BytePairs;
  readonly #added: AddedTokens;
  readonly #shapes: readonly (TokenShape | undefined)[];

  /** @throws ConfigError when vocabulary and merges do not belong together */
  constructor(readonly definition: TokenizerDefinition) {
    checkDefinition(definition);
    const ids = new Map(definition.vocabulary);
    for (const { content, id } of definition.added) ids.set(content, id);
    let highest = 0;
    for (const id of ids.values()) highest = Math.max(highest, id);
    this.size = highest + 1;
    this.special = Object.fromEntries(
      Object.entries(SPECIAL).map(([name, content]) => [name, ids.get(content)!]),
    ) as SpecialIds;
    this.#shapes = tokenShapes(definition, ids);
    this.#pairs = new BytePairs(definition);
    this.#added = new AddedTokens(definition.added);
  }

  /** Encodes one text, without `<s>` and `</s>`. Special tokens written in the text are recognised. */
  encode(text: string): Encoded {
    const { whole, prefix } = this.#prepared(text);
    const ids = this.#encode(whole);
    const offsets = locateTokens(whole, ids, this.#shapes);
    if (prefix) offsets.forEach((offset, i) => (offsets[i] = Math.max(0, offset - 1)));
    return { ids: Int32Array.from(ids), offsets, wordStarts: this.wordStarts(ids) };
  }

  /** The ids of `encode` alone. */
  ids(text: string): number[] {
    return this.#encode(this.#prepared(text).whole);
  }

  /** 1 = the token begins a word: it starts with white space, is special, or follows nothing or a special token. */
  wordStarts(ids: ArrayLike<number>): Uint8Array {
    const starts = new Uint8Array(ids.length);
    let afterSpecial = true;
    for (let i = 0; i < ids.length; i++) {
      const shape = this.#shapes[ids[i]!];
      starts[i] = Number(afterSpecial || shape?.startsWithSpace === true);
      afterSpecial = shape?.special === true;
    }
    return starts;
  }

  /** The text of tokens; `skipSpecial` leaves special tokens out. Bytes that are no UTF-8 become U+FFFD. */
  decode(ids: ArrayLike<number>, { skipSpecial = false }: { skipSpecial?: boolean } = {}): string {
    const bytes: number[] = [];
    const text = new TextEncoder();
    for (let i = 0; i < ids.length; i++) {
      const shape = this.#shapes[ids[i]!];
      if (!shape) continue;
      if (!shape.special) for (const char of shape.token) bytes.push(byteOf(char)!);
      else if (!skipSpecial) bytes.push(...text.encode(shape.token));
    }
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  }

  #prepared(text: string): { whole: string; prefix: boolean } {
    const wellFormed = ANY_SURROGATE.test(text) ? text.replace(LONE_SURROGATE, '\ufffd') : text;
    const prefix = this.definition.prefixSpace && wellFormed !== '' && !wellFormed.startsWith(' ');
    return { whole: prefix ? ` ${wellFormed}` : wellFormed, prefix };
  }

  #encode(text: string): number[] {
    const ids: number[] = [];
    this.#added.split(
      text,
      (part) => this.#encodePart(part, ids),
      (id) => ids.push(id),
    );
    return ids;
  }

  #encodePart(text: string, ids: number[]): void {
    const end = text.length;
    for (let at = 0; at < end;) {
      const next = wordEnd(text, at, end);
      this.#pairs.encode(text, at, next, ids);
      at = next;
    }
  }

  /** The tokens of ids in printable stand-ins of bytes; empty for an id that there is not. */
  tokens(ids: ArrayLike<number>): string[] {
    return Array.from(ids, (id) => this.#shapes[id]?.token ?? '');
  }

  /** The token of an id in printable stand-ins of bytes, or undefined. */
  token(id: number): string | undefined {
    return this.#shapes[id]?.token;
  }
}

function tokenShapes(definition: TokenizerDefinition, ids: ReadonlyMap<string, number>): (TokenShape | undefined)[] {
  const shapes: (TokenShape | undefined)[] = [];
  const added = new Map(definition.added.map((token) => [token.content, token]));
  for (const [token, id] of ids) {
    const special = added.get(token);
    // A filler such as 'madeupword0000' is written in bytes like any other token, and no merge makes it.
    const space = byteOf(token[0]!);
    shapes[id] = {
      token,
      special: special !== undefined,
      startsWithSpace: special !== undefined || space === 32 || (space !== undefined && space >= 9 && space <= 13),
      stripRight: special?.stripRight ?? false,
    };
  }
  return shapes;
}
