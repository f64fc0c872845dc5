import { SampleError } from '@d2v/core';

/** What Node.js says about a file that cannot be read, as an error that names it. */
export function fileError(cause: unknown, path: string): SampleError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const problem =
    code === 'ENOENT'
      ? 'does not exist'
      : code === 'EISDIR'
        ? 'is a folder'
        : code === 'EACCES'
          ? 'cannot be read by this user'
          : message;
  return new SampleError(path, problem, { hint: 'check the path', cause });
}
