import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { SampleError } from '../errors.js';

const reasons: Readonly<Record<string, readonly [problem: string, hint: string]>> = {
  ENOENT: ['the file does not exist', 'was it moved, deleted or never fetched? Restore it, or correct the path'],
  EACCES: ['the file cannot be read: permission denied', 'give this user the right to read it'],
  EISDIR: ['this is a folder, not a file', 'name the file itself'],
  EMFILE: ['too many files are open', 'raise the limit (ulimit -n) or lower the number of loader workers'],
};

/** What went wrong with a file, in words. */
export function fileError(cause: unknown, name: string): SampleError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const [problem, hint] = reasons[code ?? ''] ?? [`the file cannot be read: ${message}`, undefined];
  return new SampleError(name, problem, { cause, ...(hint && { hint }) });
}

/** @throws SampleError that calls the file `name` and says why it cannot be reached */
export async function statFile(path: string, name: string = path): Promise<Stats> {
  try {
    return await stat(path);
  } catch (cause) {
    throw fileError(cause, name);
  }
}

/**
 * The contents of a file.
 * @throws SampleError that names the file (as `name`) and says why it cannot be read
 */
export async function readBytes(path: string, name: string = path): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw fileError(cause, name);
  }
}

/** As `readBytes`, unpacked where the file is gzipped (told by its content, not by its name). */
export async function readUnpacked(path: string, name: string = path): Promise<Uint8Array> {
  const bytes = await readBytes(path, name);
  if (!isGzip(bytes)) return bytes;
  try {
    return await promisify(gunzip)(bytes);
  } catch (cause) {
    throw damagedGzip(cause, name);
  }
}

/** Whether bytes begin as gzip does. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** What went wrong with gzipped data. */
export function damagedGzip(cause: unknown, name: string): SampleError {
  return new SampleError(name, `the gzip data is damaged (${(cause as Error).message})`, {
    hint: 'the file is cut off or corrupt: fetch it again',
    cause,
  });
}
