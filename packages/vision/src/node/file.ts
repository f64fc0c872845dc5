import { open } from 'node:fs/promises';
import { SampleError } from '@d2v/core';

const reasons: Readonly<Record<string, readonly [problem: string, hint: string]>> = {
  ENOENT: ['the file does not exist', 'was it moved or deleted after the run began? Restore it or list the data anew'],
  EACCES: ['the file cannot be read: permission denied', 'give this user the right to read it'],
  EISDIR: ['this is a folder, not a file', 'name the file itself'],
  EMFILE: ['too many files are open', 'raise the limit (ulimit -n) or lower the number of loader workers'],
};

/**
 * The contents of a file.
 * @throws SampleError that names the file (as `name`) and says why it cannot be read
 */
export async function readBytes(path: string, name: string = path): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw fileError(cause, name);
  }
}

/** What went wrong with a file, in words. */
export function fileError(cause: unknown, name: string): SampleError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const [problem, hint] = reasons[code ?? ''] ?? [`the file cannot be read: ${message}`, undefined];
  return new SampleError(name, problem, { cause, ...(hint && { hint }) });
}
