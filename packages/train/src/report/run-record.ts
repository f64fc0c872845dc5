import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError, ConfigError } from '@d2v/core';
import { parse } from 'yaml';
import { readState } from '../checkpoint/checkpoint.js';
import { CheckpointStore, diskFiles, type TrainingState } from '../checkpoint/index.js';
import type { RunConfig } from '../config/index.js';
import { readConfusion, type ConfusionRecord } from '../confusion/index.js';
import { readLog, type LogRecord } from '../run/index.js';
import type { SkippedSample } from './samples.js';

/** A checkpoint as the report lists it. */
export interface CheckpointRow {
  readonly update: number;
  /** Absent: its state cannot be read. */
  readonly state?: TrainingState;
}

/** What a run folder tells about its run. */
export interface RunRecord {
  readonly path: string;
  /** The resolved configuration, as the run wrote it. */
  readonly config: RunConfig;
  /** `config.yaml` as it is. */
  readonly configText: string;
  readonly records: readonly LogRecord[];
  /** Ascending by update. */
  readonly checkpoints: readonly CheckpointRow[];
  /** Of a classifier's last validation; absent: there is none. */
  readonly confusion?: ConfusionRecord;
  /** How often the run was started or gone on with. */
  readonly sittings: number;
  /** What computed last; absent without a log. */
  readonly backend?: string;
  /** Samples that were left out, as often as they were met. */
  readonly skipped: readonly SkippedSample[];
  /** When the log was last written; absent without a log. */
  readonly lastWritten?: Date;
}

/**
 * Reads a run folder.
 *
 * @throws ConfigError when the folder is no run, D2vError naming file and line for a damaged log
 */
export async function readRun(path: string): Promise<RunRecord> {
  const configPath = join(path, 'config.yaml');
  const logPath = join(path, 'log.jsonl');
  if (!existsSync(configPath)) {
    throw new ConfigError(`${path} is no run: it has no config.yaml`, {
      hint: 'give a folder that `d2v pretrain --out` made',
    });
  }
  const configText = readFileSync(configPath, 'utf8');
  const config = parseConfig(configPath, configText);
  const records = readLog(logPath);
  return {
    path,
    config,
    configText,
    records,
    checkpoints: await readCheckpoints(join(path, 'checkpoints')),
    confusion: readConfusion(join(path, 'confusion.json')),
    sittings: records.filter(isStart).length,
    backend: records.findLast(isStart)?.backend as string | undefined,
    skipped: records.flatMap(({ skipped, problem }) =>
      typeof skipped === 'string' ? [{ sample: skipped, message: String(problem) }] : [],
    ),
    lastWritten: existsSync(logPath) ? statSync(logPath).mtime : undefined,
  };
}

function parseConfig(path: string, text: string): RunConfig {
  let value: unknown;
  let problem = 'it holds no mapping';
  try {
    value = parse(text);
  } catch (error) {
    problem = (error as Error).message;
  }
  if (typeof value === 'object' && value !== null && 'training' in value) return value as RunConfig;
  throw new ConfigError(`${path} cannot be used: ${problem}`, { hint: 'restore the file that the run wrote' });
}

async function readCheckpoints(folder: string): Promise<CheckpointRow[]> {
  if (!existsSync(folder)) return [];
  const store = new CheckpointStore(folder, { keepLast: 1, keepBest: 0, metric: 'loss', better: 'lower' });
  const updates = await store.updates();
  return Promise.all(
    updates.map(async (update) => {
      try {
        return { update, state: await readState(join(folder, String(update).padStart(8, '0')), diskFiles) };
      } catch (error) {
        if (!CheckpointError.isInstance(error)) throw error;
        return { update };
      }
    }),
  );
}

/** The line that opens a sitting. */
const isStart = (record: LogRecord): boolean => typeof record.backend === 'string';
