/** GPT-2's printable stand-in of every byte: bytes that print are themselves, the other 68 are U+0100 and up. */
export const BYTE_CHARS: readonly string[] = byteChars();

const BYTES = new Map(BYTE_CHARS.map((char, byte) => [char, byte]));

/** The byte that a printable stand-in means; undefined for any other character. */
export function byteOf(char: string): number | undefined {
  return BYTES.get(char);
}

function byteChars(): string[] {
  const prints = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(prints(byte) ? byte : next++));
}
