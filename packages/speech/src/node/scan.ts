import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { ConfigError } from '@d2v/core';
import { inOrder } from '../dataset/labels.js';

const extensions = new Set(['.wav', '.wave', '.flac', '.mp3', '.ogg', '.oga', '.opus']);

/** What a folder holds directly, hidden entries left out, in alphabetical order. */
export interface Listing {
  /** Paths of the files with a recording's extension. */
  readonly files: readonly string[];
  /** Names of the subfolders. */
  readonly folders: readonly string[];
  /** Files of other kinds. */
  readonly ignored: number;
}

/** @throws ConfigError when the folder cannot be listed */
export async function list(folder: string): Promise<Listing> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'does not exist' : code === 'ENOTDIR' ? 'is not a folder' : `(${message})`;
    throw new ConfigError(`the folder ${folder} ${problem}`, {
      key: 'path',
      hint: 'give the path of a folder that this user can read',
      cause,
    });
  }
  const files: string[] = [];
  const folders: string[] = [];
  let ignored = 0;
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
    if (kind?.isDirectory()) folders.push(entry.name);
    else if (kind?.isFile() && extensions.has(extname(entry.name).toLowerCase())) files.push(path);
    else ignored++;
  }
  return { files: inOrder(files), folders: inOrder(folders), ignored };
}

/** All recordings below a folder, in alphabetical order; links to a folder that is being walked are not followed again. */
export async function walk(
  folder: string,
  above: readonly string[] = [],
): Promise<{ files: string[]; ignored: number }> {
  const real = await realpath(folder).catch(() => folder);
  if (above.includes(real)) return { files: [], ignored: 0 };
  const listing = await list(folder);
  const files = [...listing.files];
  let { ignored } = listing;
  for (const name of listing.folders) {
    const below = await walk(join(folder, name), [...above, real]);
    for (const path of below.files) files.push(path);
    ignored += below.ignored;
  }
  return { files, ignored };
}
