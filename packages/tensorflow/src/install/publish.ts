import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Leftovers of an installation that was killed are removed after a day. */
const STALE_MS = 24 * 60 * 60 * 1000;

export interface PublishOptions {
  /** Makes the content in an empty folder beside the target. */
  build(folder: string): Promise<void>;
  /** Whether a folder's content is whole. */
  isWhole(folder: string): Promise<boolean>;
}

/**
 * Makes `target` appear at once and whole: built in a folder of its own beside it, then renamed. Any number of
 * processes may do this at the same time; the first to finish wins, the others use its folder.
 *
 * @returns whether this call's own build is the one in place
 */
export async function publish(target: string, { build, isWhole }: PublishOptions): Promise<boolean> {
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  await removeStale(parent);
  const folder = join(parent, `.${basename(target)}.${randomUUID()}`);
  await mkdir(folder);
  try {
    await build(folder);
    for (;;) {
      try {
        await rename(folder, target);
        return true;
      } catch (error) {
        if (!isTaken(error)) throw error;
      }
      if (await isWhole(target)) return false;
      await setAside(target);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Moves a damaged folder out of the way, then deletes it; another process may do the same. */
export async function setAside(target: string): Promise<void> {
  const aside = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
  try {
    await rename(target, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

function isTaken(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}

async function removeStale(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith('.')) continue;
    const path = join(parent, name);
    const information = await stat(path).catch(() => undefined); // its owner may remove it meanwhile
    if (information && Date.now() - information.mtimeMs > STALE_MS) await rm(path, { recursive: true, force: true });
  }
}
