import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { alphabetical } from '../dataset/alphabetical.js';
import { ConfigError } from '../errors.js';

/** The files that a modality reads. */
export interface FileKind {
  /** What errors call them, in the plural: 'images'. */
  readonly noun: string;
  /** How their names end, in lower case: '.png', '.txt.gz'. */
  readonly extensions: readonly string[];
}

/** What a folder holds directly, hidden entries left out, in alphabetical order. */
export interface Listing {
  /** Paths of the files of the kind. */
  readonly files: readonly string[];
  /** Names of the subfolders. */
  readonly folders: readonly string[];
  /** Number of other files. */
  readonly ignored: number;
}

/** @throws ConfigError when the folder cannot be listed */
export async function listFolder(folder: string, { extensions }: FileKind): Promise<Listing> {
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
    const name = entry.name.toLowerCase();
    if (kind?.isDirectory()) folders.push(entry.name);
    else if (kind?.isFile() && extensions.some((extension) => name.endsWith(extension))) files.push(path);
    else ignored++;
  }
  return { files: alphabetical(files), folders: alphabetical(folders), ignored };
}

/**
 * All files of a kind below a folder, in alphabetical order; links to a folder that is being walked are not followed again.
 * @throws ConfigError when a folder cannot be listed
 */
export async function walkFolder(
  folder: string,
  kind: FileKind,
  above: readonly string[] = [],
): Promise<{ files: string[]; ignored: number }> {
  const real = await realpath(folder).catch(() => folder);
  if (above.includes(real)) return { files: [], ignored: 0 };
  const listing = await listFolder(folder, kind);
  const files = [...listing.files];
  let { ignored } = listing;
  for (const name of listing.folders) {
    const below = await walkFolder(join(folder, name), kind, [...above, real]);
    for (const path of below.files) files.push(path);
    ignored += below.ignored;
  }
  return { files, ignored };
}

/** What to say of a folder without files of a kind. */
export function noFiles(path: string, ignored: number, { noun, extensions }: FileKind, hint?: string): ConfigError {
  const others = ignored ? `, only ${ignored} other files` : '';
  return new ConfigError(`no ${noun} in ${path}${others}`, {
    key: 'path',
    hint: hint ?? `give a folder with ${extensions.join(', ')} files`,
  });
}
