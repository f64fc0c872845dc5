import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { D2vError } from '@d2v/core';
import { restartEvent, summaryEvent, versionEvent, type Reading } from './events.js';
import { record } from './record.js';

export interface EventWriterOptions {
  /** The update that training goes on from: earlier files' readings after it no longer count. 0 starts over. */
  readonly resumedAt?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * Writes TensorBoard event files: one file per opening, in a folder that `tensorboard --logdir` reads. Every event is
 * one write, so that a process which is killed leaves at most one torn record at the end, which TensorBoard skips.
 */
export class EventWriter {
  readonly path: string;
  readonly #file: number;
  readonly #now: () => number;

  constructor(folder: string, options: EventWriterOptions = {}) {
    this.#now = options.now ?? Date.now;
    mkdirSync(folder, { recursive: true });
    const milliseconds = this.#now();
    const seconds = String(Math.floor(milliseconds / 1000)).padStart(10, '0');
    // TensorBoard reads files in the order of their names, and drops readings only of files that it read before.
    const unique = `${String(milliseconds % 1000).padStart(3, '0')}.${process.pid}`;
    this.path = join(folder, `events.out.tfevents.${seconds}.${unique}.${hostname()}`);
    this.#file = openSync(this.path, 'a');
    this.#write(versionEvent(this.#seconds()));
    const { resumedAt } = options;
    if (resumedAt === undefined) return;
    const forgotten = resumedAt > 0 ? resumedAt + 1 : 0;
    this.#write(restartEvent(this.#seconds(), forgotten));
  }

  /** Scalars of an update, by tag. */
  scalars(update: number, values: Readonly<Record<string, number>>): void {
    this.#summary(
      update,
      Object.entries(values).map(([tag, value]) => ({ kind: 'scalar', tag, value })),
    );
  }

  /** A picture of an update, as a PNG file's bytes; width and height in pixels. */
  image(update: number, tag: string, png: Uint8Array, size: { width: number; height: number }): void {
    this.#summary(update, [{ kind: 'image', tag, png, ...size }]);
  }

  close(): void {
    closeSync(this.#file);
  }

  #summary(update: number, readings: readonly Reading[]): void {
    if (readings.length > 0) this.#write(summaryEvent(this.#seconds(), update, readings));
  }

  #seconds(): number {
    return this.#now() / 1000;
  }

  #write(event: Uint8Array): void {
    try {
      writeSync(this.#file, record(event));
    } catch (cause) {
      throw new D2vError(`cannot write ${this.path}: ${(cause as Error).message}`, {
        hint: 'free some space, or set training.log.tensorboard to false',
        cause,
      });
    }
  }
}
