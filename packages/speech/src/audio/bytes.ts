/** Bytes that are read in pieces: a file, a Blob, memory. */
export interface ByteSource {
  readonly size: number;
  /** Bytes [start, end), fewer where the source ends before. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Bytes in memory, which are kept and not copied. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (start, end) => Promise.resolve(bytes.subarray(start, end)) };
}

/** A view over the bytes' numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes [start, end) as Latin-1: what magic numbers are written in. */
export function latin(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
