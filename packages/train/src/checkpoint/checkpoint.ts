import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CheckpointError, Safetensors, type HostTensors } from '@d2v/core';
import { diskFiles, type CheckpointFiles } from './files.js';
import { CHECKPOINT_FORMAT, trainingStateSchema, type TrainingState } from './state.js';

export const STATE_FILE = 'state.json';
/** Lines of `sha256sum`, so that `sha256sum -c SHA256SUMS` checks a checkpoint without this software. */
export const SUMS_FILE = 'SHA256SUMS';
export const TENSORS_SUFFIX = '.safetensors';

/** One checkpoint on disk: a folder with `state.json`, a safetensors file for each group of tensors, and checksums. */
export class Checkpoint {
  private constructor(
    readonly path: string,
    readonly state: TrainingState,
    /** Names of the groups of tensors: student, teacher, … */
    readonly groups: readonly string[],
    private readonly files: CheckpointFiles,
  ) {}

  /**
   * Opens a checkpoint after checking every file in it against its checksum.
   *
   * @throws CheckpointError naming the file that is damaged or missing
   */
  static async open(path: string, files: CheckpointFiles = diskFiles): Promise<Checkpoint> {
    const sums = parseSums(path, await readText(path, SUMS_FILE, files));
    for (const [name, expected] of sums) await verify(path, name, expected, files);
    if (!sums.has(STATE_FILE)) throw new CheckpointError(`${path}: ${SUMS_FILE} does not list ${STATE_FILE}`);
    const groups = [...sums.keys()].filter((name) => name.endsWith(TENSORS_SUFFIX));
    return new Checkpoint(
      path,
      await readState(path, files),
      groups.map((name) => name.slice(0, -TENSORS_SUFFIX.length)),
      files,
    );
  }

  /**
   * The tensors of a group, by name, in JavaScript memory.
   *
   * @throws CheckpointError when the checkpoint has no such group
   */
  async tensors(group: string): Promise<HostTensors> {
    const file = join(this.path, group + TENSORS_SUFFIX);
    if (!this.groups.includes(group)) {
      throw new CheckpointError(`${this.path} has no tensors '${group}'`, { hint: `it has ${this.groups.join(', ')}` });
    }
    return Object.fromEntries(new Safetensors(await this.files.read(file), file));
  }
}

/**
 * A checkpoint's `state.json`, unchecked by its sum.
 *
 * @throws CheckpointError when it is not there or not of this release's format
 */
export async function readState(path: string, files: CheckpointFiles): Promise<TrainingState> {
  const file = join(path, STATE_FILE);
  let value: unknown;
  try {
    value = JSON.parse(await readText(path, STATE_FILE, files));
  } catch (cause) {
    if (CheckpointError.isInstance(cause)) throw cause;
    throw new CheckpointError(`${file} is no JSON`, { cause });
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (format !== CHECKPOINT_FORMAT) {
    throw new CheckpointError(
      `${file}: checkpoint format ${String(format)}, this d2v reads format ${CHECKPOINT_FORMAT}`,
      {
        hint: 'install the d2v that wrote it',
      },
    );
  }
  const parsed = trainingStateSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CheckpointError(`${file}: ${issue!.path.join('.')}: ${issue!.message}`);
}

async function readText(path: string, name: string, files: CheckpointFiles): Promise<string> {
  try {
    return new TextDecoder().decode(await files.read(join(path, name)));
  } catch (cause) {
    throw new CheckpointError(`${join(path, name)}: ${(cause as Error).message}`, { cause });
  }
}

function parseSums(path: string, text: string): Map<string, string> {
  const lines = text.split('\n');
  const sums = lines.slice(0, -1).map((line, i): [string, string] => {
    const [, sum, name] = /^([0-9a-f]{64}) {2}([\w.-]+)$/.exec(line) ?? [];
    if (!sum || !name) throw new CheckpointError(`${join(path, SUMS_FILE)}:${i + 1}: no line of sha256sum`);
    return [name, sum];
  });
  if (lines.at(-1) !== '') throw new CheckpointError(`${join(path, SUMS_FILE)} ends in the middle of a line`);
  return new Map(sums);
}

async function verify(path: string, name: string, expected: string, files: CheckpointFiles): Promise<void> {
  const file = join(path, name);
  const hash = createHash('sha256');
  try {
    for await (const piece of files.stream(file)) hash.update(piece);
  } catch (cause) {
    throw new CheckpointError(`${file}: ${(cause as Error).message}`, { cause });
  }
  if (hash.digest('hex') !== expected)
    throw new CheckpointError(`${file} is damaged: its SHA-256 is not the one in ${SUMS_FILE}`);
}
