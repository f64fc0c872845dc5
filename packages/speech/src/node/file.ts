import { readFile } from 'node:fs/promises';
import { SampleError } from '@d2v/core';

const reasons: Readonly<Record<string, readonly [problem: string, hint: string]>> = {
  ENOENT: ['the file does not exist', 'was it moved, deleted or never fetched? Restore it, or correct the path'],
  EACCES: ['the file cannot be read: permission denied', 'give this user the right to read it'],
  EISDIR: ['this is a folder, not a file', 'name the file itself'],
  EMFILE: ['too many files are open', 'raise the limit (ulimit -n) or lower the number of loader workers'],
};

/**
 * The text of a file, UTF-8.
 * @throws SampleError that names the file and says why it cannot be read
 */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw fileError(cause, path);
  }
}

/** What went wrong with a file, in words. */
export function fileError(cause: unknown, name: string): SampleError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const [problem, hint] = reasons[code ?? ''] ?? [`the file cannot be read: ${message}`, undefined];
  return new SampleError(name, problem, { cause, ...(hint && { hint }) });
}
