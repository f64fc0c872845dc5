import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { D2vError } from '@d2v/core';

/** One line of `log.jsonl`: what happened at an update. */
export interface LogRecord {
  /** Updates completed when the line was written. */
  readonly update: number;
  readonly [key: string]: unknown;
}

/**
 * The records of a log. A last line that was torn by a crash is left out.
 *
 * @throws D2vError naming file and line for a line in the middle that is no record
 */
export function readLog(path: string): LogRecord[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // Every complete line ends in a newline, so what follows the last one is empty or torn.
  return lines.slice(0, -1).flatMap((line, i) => {
    if (line === '') return [];
    const parsed = parse(line);
    if (parsed) return [parsed];
    throw new D2vError(`${path}:${i + 1}: no record of a log: ${line.slice(0, 60)}`, {
      hint: 'remove the line; each one is a JSON object with a number `update`',
    });
  });
}

/** Appends to a run's log, one JSON object a line, each in a single write. */
export class RunLog {
  readonly #file: number;

  private constructor(readonly path: string) {
    this.#file = openSync(path, 'a');
  }

  /**
   * Opens a log for a run that goes on after `resumedAt` completed updates: a torn last line and the records of later
   * updates, which will be computed again, are removed first. 0 starts over with an empty log.
   */
  static open(path: string, resumedAt = 0): RunLog {
    if (existsSync(path)) keep(path, readLog(path), resumedAt);
    return new RunLog(path);
  }

  /** A value that is not finite is written as text: "NaN", "Infinity", "-Infinity". */
  append(record: LogRecord): void {
    const line = format(record);
    const written = writeSync(this.#file, line);
    if (written < Buffer.byteLength(line)) {
      throw new D2vError(`cannot write ${this.path}: ${written} of ${Buffer.byteLength(line)} bytes`, {
        hint: 'free some space and run the same command again',
      });
    }
  }

  close(): void {
    fsyncSync(this.#file);
    closeSync(this.#file);
  }
}

/** Rewrites a log with the records up to an update; the old file stays until the new one is on disk. */
function keep(path: string, records: readonly LogRecord[], resumedAt: number): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w');
  writeSync(
    file,
    records
      .filter(({ update }) => resumedAt > 0 && update <= resumedAt)
      .map(format)
      .join(''),
  );
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
}

function format(record: LogRecord): string {
  const finite = (_: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return `${JSON.stringify(record, finite)}\n`;
}

const NUMBERS = new Map<unknown, number>([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

function parse(line: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(line, (_, each: unknown) => NUMBERS.get(each) ?? each);
    const isRecord = typeof value === 'object' && value !== null && 'update' in value && Number.isInteger(value.update);
    return isRecord ? (value as LogRecord) : undefined;
  } catch {
    return undefined;
  }
}
