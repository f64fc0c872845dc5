import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { headerLength, parseHeader, type SafetensorsEntry } from '@d2v/core';
import { TENSORS_SUFFIX, readState } from '../checkpoint/checkpoint.js';
import { diskFiles, type TrainingState } from '../checkpoint/index.js';

/** A tensor in a file. */
export interface TensorSummary {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** One file of tensors: student, teacher, the optimizer's moments. */
export interface GroupSummary {
  readonly name: string;
  /** Numbers in it. */
  readonly values: number;
  /** Of the file. */
  readonly bytes: number;
  readonly tensors: readonly TensorSummary[];
}

export interface CheckpointSummary {
  readonly path: string;
  /** Update, metrics, versions of the software that wrote it. */
  readonly state: TrainingState;
  readonly bytes: number;
  readonly groups: readonly GroupSummary[];
}

/**
 * What a checkpoint folder holds, from the headers of its files: nothing is loaded and no checksum is compared.
 *
 * @throws CheckpointError when it is no checkpoint, or a header is damaged
 */
export async function inspectCheckpoint(path: string): Promise<CheckpointSummary> {
  const state = await readState(path, diskFiles);
  const files = (await diskFiles.list(path)).sort();
  const groups = await Promise.all(
    files.filter((file) => file.endsWith(TENSORS_SUFFIX)).map((file) => readGroup(join(path, file))),
  );
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(path, file))).size));
  return { path, state, groups, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

async function readGroup(path: string): Promise<GroupSummary> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = new Uint8Array(8);
    await file.read(start, 0, start.length, 0);
    const length = headerLength(start, size, path);
    const json = new Uint8Array(length);
    await file.read(json, 0, length, start.length);
    const { tensors } = parseHeader(json, size - start.length - length, path);
    const summaries = [...tensors].map(([name, entry]) => summary(name, entry));
    const values = summaries.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    return { name: basename(path, TENSORS_SUFFIX), values, bytes: size, tensors: summaries };
  } finally {
    await file.close();
  }
}

const summary = (name: string, { dtype, shape, begin, end }: SafetensorsEntry): TensorSummary => ({
  name,
  dtype,
  shape,
  bytes: end - begin,
});
