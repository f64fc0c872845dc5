import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@d2v/core';
import { parse } from 'yaml';
import { formatYaml, type Value } from '../config/index.js';
import { differences, type Difference } from './differences.js';
import { acquireLock } from './lock.js';
import { RunLog } from './log.js';
import { EventWriter } from './tensorboard/event-writer.js';

/** A run folder that was made with another configuration. */
export class OtherConfigError extends ConfigError {
  override name = 'OtherConfigError';
  readonly differences: readonly Difference[];

  constructor(path: string, found: readonly Difference[]) {
    const shown = (value: unknown): string => (value === undefined ? 'not set' : JSON.stringify(value));
    const lines = found.map(({ key, before, after }) => `  ${key}: ${shown(before)} there, ${shown(after)} now`);
    super(`${path} belongs to another configuration:\n${lines.join('\n')}`, {
      key: found[0]?.key,
      hint: 'choose another folder with --out, or give these keys the values that they have there',
    });
    this.differences = found;
  }
}

export interface RunFolderOptions {
  /** Sections and keys, as dotted paths, that may change when a run goes on: they do not touch what is learnt. */
  readonly mayChange?: readonly string[];
}

/**
 * A run on disk: `config.yaml` (resolved), `log.jsonl`, `tensorboard/`, `checkpoints/`, `run.lock` while a process
 * works on it; `confusion.json` of a classifier's last validation. Opening it again with the same configuration goes on with it.
 */
export class RunFolder {
  readonly configPath: string;
  readonly logPath: string;
  readonly tensorboardPath: string;
  readonly checkpointsPath: string;
  readonly confusionPath: string;
  readonly reportPath: string;
  readonly #release: () => void;

  private constructor(
    readonly path: string,
    /** Whether the folder held this run before. */
    readonly existed: boolean,
    release: () => void,
  ) {
    this.configPath = join(path, 'config.yaml');
    this.logPath = join(path, 'log.jsonl');
    this.tensorboardPath = join(path, 'tensorboard');
    this.checkpointsPath = join(path, 'checkpoints');
    this.confusionPath = join(path, 'confusion.json');
    this.reportPath = join(path, 'report.html');
    this.#release = release;
  }

  /**
   * Creates a run folder, or opens the one that is there, and locks it.
   *
   * @param config the resolved configuration: plain values, every default filled in
   * @throws OtherConfigError listing the keys that differ from the folder's configuration
   * @throws RunLockedError when another process works on it
   */
  static open(path: string, config: object, options: RunFolderOptions = {}): RunFolder {
    mkdirSync(path, { recursive: true });
    const release = acquireLock(join(path, 'run.lock'));
    try {
      const file = join(path, 'config.yaml');
      const value = JSON.parse(JSON.stringify(config)) as Value;
      const existed = existsSync(file);
      if (existed) checkSame(path, file, value, options.mayChange ?? []);
      writeFileSync(`${file}.new`, formatYaml(value));
      renameSync(`${file}.new`, file);
      return new RunFolder(path, existed, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** The log, without what comes after the update that the run goes on from. The caller closes it. */
  openLog(resumedAt = 0): RunLog {
    return RunLog.open(this.logPath, resumedAt);
  }

  /** TensorBoard events, going on after `resumedAt` completed updates. The caller closes them. */
  openEvents(resumedAt = 0): EventWriter {
    return new EventWriter(this.tensorboardPath, this.existed ? { resumedAt } : {});
  }

  /** Lets other processes work on the run. */
  release(): void {
    this.#release();
  }
}

function checkSame(path: string, file: string, config: Value, mayChange: readonly string[]): void {
  let before: unknown;
  try {
    before = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`${file} cannot be read: ${(cause as Error).message}`, {
      hint: 'choose another folder with --out, or restore the file',
      cause,
    });
  }
  const found = differences(before, config).filter(
    ({ key }) => !mayChange.some((free) => key === free || key.startsWith(`${free}.`)),
  );
  if (found.length > 0) throw new OtherConfigError(path, found);
}
