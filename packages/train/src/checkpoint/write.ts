import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { safetensorsChunks, type HostTensors } from '@d2v/core';
import { STATE_FILE, SUMS_FILE, TENSORS_SUFFIX } from './checkpoint.js';
import type { CheckpointFiles } from './files.js';
import { CHECKPOINT_FORMAT, trainingStateSchema, type NewTrainingState, type TrainingState } from './state.js';

/** Starts the name of a folder that is being written. */
export const WRITING = '.writing-';
/** Starts the name of a checkpoint that a new one of the same update is about to replace. */
export const REPLACED = '.replaced-';

/** Starts the name of a checkpoint that is being removed. */
export const REMOVING = '.removing-';

/** What a checkpoint holds. */
export interface CheckpointContents {
  readonly state: NewTrainingState;
  /** Group name → its tensors by name; one group after the other is asked for, written and forgotten. */
  readonly groups: Readonly<Record<string, () => Promise<HostTensors>>>;
}

/**
 * Writes a checkpoint folder so that it is either there whole or not at all: under another name first, every file
 * flushed to the disk, then renamed. What was there before under its name is removed after that.
 */
export async function writeCheckpoint(
  path: string,
  contents: CheckpointContents,
  files: CheckpointFiles,
): Promise<void> {
  const [parent, name] = [dirname(path), basename(path)];
  const temporary = join(parent, WRITING + name);
  await files.makeFolder(parent);
  await files.remove(temporary);
  await files.makeFolder(temporary);
  try {
    const sums: string[] = [];
    const write = async (file: string, chunks: Iterable<Uint8Array>): Promise<void> => {
      const hash = createHash('sha256');
      await files.write(join(temporary, file), hashed(chunks, hash));
      sums.push(`${hash.digest('hex')}  ${file}\n`);
    };
    for (const [group, tensors] of Object.entries(contents.groups)) {
      await write(group + TENSORS_SUFFIX, safetensorsChunks(new Map(Object.entries(await tensors()))));
    }
    await write(STATE_FILE, [encode(`${JSON.stringify(complete(contents.state), null, 2)}\n`)]);
    await files.write(join(temporary, SUMS_FILE), [encode(sums.join(''))]);
    await files.syncFolder(temporary);
    const replaced = (await files.list(parent)).includes(name) ? join(parent, REPLACED + name) : undefined;
    if (replaced) await files.rename(path, replaced);
    await files.rename(temporary, path);
    await files.syncFolder(parent);
    if (replaced) await files.remove(replaced);
  } catch (error) {
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
}

/** Removes a checkpoint so that no half of it can be taken for one. */
export async function removeCheckpoint(path: string, files: CheckpointFiles): Promise<void> {
  const aside = join(dirname(path), REMOVING + basename(path));
  await files.remove(aside);
  await files.rename(path, aside);
  await files.remove(aside);
}

/**
 * Clears away what an interrupted writer left: unfinished folders go, and a checkpoint that was about to be replaced
 * comes back when its successor did not arrive.
 */
export async function recover(folder: string, files: CheckpointFiles): Promise<void> {
  const names = await files.list(folder);
  for (const name of names) {
    if (name.startsWith(WRITING) || name.startsWith(REMOVING)) await files.remove(join(folder, name));
    if (!name.startsWith(REPLACED)) continue;
    const original = name.slice(REPLACED.length);
    if (names.includes(original)) await files.remove(join(folder, name));
    else await files.rename(join(folder, name), join(folder, original));
  }
}

function complete(state: NewTrainingState): TrainingState {
  const finite = Object.entries(state.metrics).filter(([, value]) => Number.isFinite(value));
  return trainingStateSchema.parse({ format: CHECKPOINT_FORMAT, ...state, metrics: Object.fromEntries(finite) });
}

function* hashed(chunks: Iterable<Uint8Array>, hash: ReturnType<typeof createHash>): Generator<Uint8Array> {
  for (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
