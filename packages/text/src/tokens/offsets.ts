import { isSpace } from './added-tokens.js';

/** What a token looks like, by id. */
export interface TokenShape {
  /** In printable stand-ins of bytes; a special token as it is written. */
  readonly token: string;
  readonly special: boolean;
  /** Whether it starts with white space, or is special. */
  readonly startsWithSpace: boolean;
  readonly stripRight: boolean;
}

/**
 * Where each token lies in the text. The bytes of byte-level tokens, one after another, are
 * the text.
 *
 * @returns (tokens·2) code units, [start, end) of each token
 */
export function locateTokens(
  text: string,
  ids: readonly number[],
  shapes: readonly (TokenShape | undefined)[],
): Int32Array {
  const offsets = new Int32Array(ids.length * 2);
  let at = 0; // the character that the next byte belongs to
  let used = 0; // its bytes that earlier tokens have taken
  ids.forEach((id, i) => {
    const { token, special, stripRight } = shapes[id]!;
    offsets[2 * i] = at;
    if (special) {
      at = text.indexOf(token, at) + token.length;
      while (stripRight && isSpace(text[at])) at++;
      offsets[2 * i + 1] = at;
      return;
    }
    for (let bytes = token.length; bytes > 0;) {
      const taken = Math.min(bytes, utf8Length(text, at) - used);
      bytes -= taken;
      used += taken;
      offsets[2 * i + 1] = at + codeUnits(text, at);
      if (used < utf8Length(text, at)) break;
      at += codeUnits(text, at);
      used = 0;
    }
  });
  return offsets;
}

function utf8Length(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return codeUnits(text, at) === 2 ? 4 : 3;
}

/** The text is well formed: a high surrogate has its low one. */
function codeUnits(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff ? 2 : 1;
}
