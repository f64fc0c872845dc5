import { byteOf } from '../tokens/bytes.js';
import { SPECIAL } from '../tokens/definition.js';
import type { TextSample } from '../sample.js';

/** A token as a reader sees it. */
export interface Piece {
  /** What it adds to the text: nothing where a character is completed by a later token. */
  readonly text: string;
  readonly special: boolean;
}

const special = new Set<string>(Object.values(SPECIAL));

/** The tokens of a sample as pieces of text; ids where the sample does not say what they stand for. */
export function piecesOf({ ids, tokens }: TextSample): Piece[] {
  if (!tokens) return Array.from(ids, (id) => ({ text: ` ${id}`, special: false }));
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return tokens.map((token) => {
    if (special.has(token)) return { text: decoder.decode() + token, special: true };
    const bytes = Uint8Array.from(token, (char) => byteOf(char) ?? 63);
    return { text: decoder.decode(bytes, { stream: true }), special: false };
  });
}
