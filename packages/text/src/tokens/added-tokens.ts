import type { AddedToken } from './definition.js';

/** Finds special tokens that are written in a text, the longest that fits first. */
export class AddedTokens {
  readonly #byContent: ReadonlyMap<string, AddedToken>;
  readonly #pattern: RegExp | undefined;
  readonly #anywhere: RegExp | undefined;

  constructor(added: readonly AddedToken[]) {
    this.#byContent = new Map(added.map((token) => [token.content, token]));
    const contents = [...this.#byContent.keys()].sort((a, b) => b.length - a.length);
    const escaped = contents.map((content) => content.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
    if (escaped.length === 0) return;
    this.#pattern = new RegExp(escaped.join('|'), 'gu');
    this.#anywhere = new RegExp(escaped.join('|'), 'u');
  }

  /** Hands over the text between special tokens and their ids, in order. */
  split(text: string, ordinary: (text: string) => void, special: (id: number) => void): void {
    let at = 0;
    for (const match of this.#anywhere?.test(text) ? text.matchAll(this.#pattern!) : []) {
      const { id, content, stripLeft, stripRight } = this.#byContent.get(match[0])!;
      let start = match.index;
      let end = start + content.length;
      while (stripLeft && start > at && isSpace(text[start - 1])) start--;
      while (stripRight && isSpace(text[end])) end++;
      if (start > at) ordinary(text.slice(at, start));
      special(id);
      at = end;
    }
    if (at < text.length) ordinary(at === 0 ? text : text.slice(at));
  }
}

/** Unicode's white space, as Rust's `char::is_whitespace`; none of it is longer than one code unit. */
export const isSpace = (char: string | undefined): boolean => char !== undefined && /\p{White_Space}/u.test(char);
