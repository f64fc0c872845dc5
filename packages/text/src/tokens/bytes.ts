/** GPT-2's printable stand-in of every byte: bytes that print are themselves, the other 68 are U+0100 and up. */
export const BYTE_CHARS: readonly string[] = byteChars();

const BYTES = new Map(BYTE_CHARS.map((char, byte) => [char, byte]));

/** The byte that a printable stand-in means; undefined for any other character. */
export function byteOf(char: string): number | undefined {
  return BYTES.get(char);
}

/** Text → its UTF-8 bytes as printable characters. A lone surrogate becomes U+FFFD, as in every UTF-8 encoder. */
export function toByteChars(text: string): string {
  let chars = '';
  for (const byte of new TextEncoder().encode(text)) chars += BYTE_CHARS[byte];
  return chars;
}

function byteChars(): string[] {
  const prints = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(prints(byte) ? byte : next++));
}
