import { join } from 'node:path';
import { CheckpointError } from '@d2v/core';
import { Checkpoint, readState } from './checkpoint.js';
import { diskFiles, type CheckpointFiles } from './files.js';
import { byScore, retained, type Candidate, type Retention } from './retention.js';
import { recover, removeCheckpoint, writeCheckpoint, type CheckpointContents } from './write.js';

export interface CheckpointStoreOptions extends Retention {
  /** Gets one line for each damaged checkpoint that is passed over. */
  readonly warn?: (message: string) => void;
  readonly files?: CheckpointFiles;
}

const NAME = /^\d{8,}$/;

/** The checkpoints of one run, one folder each, named by their update: `checkpoints/00001200/`. */
export class CheckpointStore {
  readonly #files: CheckpointFiles;
  /** Updates whose checkpoints turned out to be damaged. */
  readonly #damaged = new Set<number>();

  constructor(
    readonly folder: string,
    readonly options: CheckpointStoreOptions,
  ) {
    this.#files = options.files ?? diskFiles;
  }

  /** Clears away what an interrupted writer left. Call it once, by the one process that writes, before `latest`. */
  async recover(): Promise<void> {
    await recover(this.folder, this.#files);
  }

  /** Updates that have a checkpoint, ascending. */
  async updates(): Promise<number[]> {
    const names = await this.#files.list(this.folder);
    return names
      .filter((name) => NAME.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  /**
   * Writes a checkpoint and then removes those that retention no longer wants. The earlier ones are untouched until
   * the new one is complete on the disk.
   *
   * @returns its folder
   * @throws CheckpointError when it cannot be written, for instance on a full disk
   */
  async save(contents: CheckpointContents): Promise<string> {
    const path = this.#path(contents.state.update);
    try {
      await writeCheckpoint(path, contents, this.#files);
    } catch (error) {
      throw await this.#failed(contents.state.update, error);
    }
    this.#damaged.delete(contents.state.update);
    await this.#prune();
    return path;
  }

  /**
   * The most recent intact checkpoint; damaged ones are passed over with a warning. Nothing when there is none.
   *
   * @throws CheckpointError when there are checkpoints and none is intact
   */
  async latest(): Promise<Checkpoint | undefined> {
    return this.#firstIntact((await this.updates()).reverse());
  }

  /** The best intact checkpoint by the metric; nothing when none has that metric. */
  async best(): Promise<Checkpoint | undefined> {
    const ranked = byScore(await this.#candidates(), this.options);
    return this.#firstIntact(ranked.map(({ update }) => update));
  }

  /**
   * The checkpoint of an update.
   *
   * @throws CheckpointError when it is damaged or not there, naming those that are
   */
  async at(update: number): Promise<Checkpoint> {
    const updates = await this.updates();
    if (!updates.includes(update)) {
      throw new CheckpointError(`${this.folder} has no checkpoint of update ${update}`, {
        hint: updates.length > 0 ? `there are ${updates.join(', ')}` : 'there is none at all',
      });
    }
    return Checkpoint.open(this.#path(update), this.#files);
  }

  #path(update: number): string {
    return join(this.folder, String(update).padStart(8, '0'));
  }

  async #firstIntact(updates: readonly number[]): Promise<Checkpoint | undefined> {
    const problems: string[] = [];
    for (const update of updates) {
      try {
        return await Checkpoint.open(this.#path(update), this.#files);
      } catch (error) {
        if (!CheckpointError.isInstance(error)) throw error;
        this.#damaged.add(update);
        problems.push(error.message);
        this.options.warn?.(`checkpoint of update ${update} cannot be used: ${error.message}; looking for another one`);
      }
    }
    if (problems.length === 0) return undefined;
    throw new CheckpointError(`${this.folder}: no checkpoint is intact:\n  ${problems.join('\n  ')}`, {
      hint: 'restore one from a backup, or start anew in another folder with --out',
    });
  }

  /** Checkpoints that look usable, with their metrics. */
  async #candidates(): Promise<Candidate[]> {
    const updates = (await this.updates()).filter((update) => !this.#damaged.has(update));
    const states = await Promise.all(
      updates.map((update) => readState(this.#path(update), this.#files).catch(() => undefined)),
    );
    return states.flatMap((state, i) => (state ? [{ update: updates[i]!, metrics: state.metrics }] : []));
  }

  async #prune(): Promise<void> {
    const keep = retained(await this.#candidates(), this.options);
    for (const update of await this.updates()) {
      if (!keep.has(update)) await removeCheckpoint(this.#path(update), this.#files);
    }
  }

  async #failed(update: number, cause: unknown): Promise<CheckpointError> {
    const { code, message } = cause as NodeJS.ErrnoException;
    const kept = (await this.updates()).at(-1);
    const intact = kept === undefined ? 'there is no earlier checkpoint' : `the one of update ${kept} is intact`;
    if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EFBIG') {
      return new CheckpointError(
        `cannot save the checkpoint of update ${update} in ${this.folder}: ${message}; ${intact}`,
        {
          cause,
        },
      );
    }
    const free = await this.#files.freeBytes(this.folder);
    const space = free === undefined ? '' : `, ${(free / 1e6).toFixed(0)} MB are free`;
    return new CheckpointError(
      `cannot save the checkpoint of update ${update} in ${this.folder}: no room on the disk (${code}${space}); ${intact}`,
      { hint: 'free some space, or lower training.checkpoint.keepLast, and run the same command again', cause },
    );
  }
}
