import { open } from 'node:fs/promises';
import { fileError, statFile } from '@d2v/core/node';
import type { ByteSource } from '../audio/bytes.js';

/** Bytes that are read at least, and kept: headers are read in small steps. */
const pageBytes = 65_536;

/**
 * A file that is read in pieces; it is open only while a piece is read.
 * @throws SampleError that calls the file `name` and says why it cannot be read
 */
export async function fileSource(path: string, name: string = path): Promise<ByteSource> {
  const { size } = await statFile(path, name);
  let page = { start: 0, bytes: new Uint8Array() };
  return {
    size,
    read: async (start, end) => {
      const last = Math.min(end, size);
      const kept = page.start + page.bytes.length;
      if (start >= page.start && last <= kept) return page.bytes.subarray(start - page.start, last - page.start);
      const bytes = await readPart(path, start, Math.min(size, Math.max(last, start + pageBytes)), name);
      if (bytes.length <= pageBytes) page = { start, bytes };
      return bytes.subarray(0, Math.max(0, last - start));
    },
  };
}

async function readPart(path: string, start: number, end: number, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  try {
    const file = await open(path, 'r');
    try {
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw fileError(cause, name);
  }
}
